import Base
import Wire

/// A whole answer that the tour got, and when its parts came.
struct TourAnswer: Sendable {
    /// One server-sent event.
    struct Event: Sendable {
        let data: String
        /// Since the request was begun.
        let after: Nanoseconds
    }

    var head = ResponseHead()
    var body: [UInt8] = []
    var events: [Event] = []
    /// From the request's beginning to the answer's last byte.
    var duration = Nanoseconds.zero

    var status: Int { head.status }

    /// The value of the header `name`, which is written in lower case.
    func header(_ name: StaticString) -> String? {
        head.fields.lines.first { head.fields.equals($0.nameRange, name) }
            .map { head.fields.text($0.valueRange) }
    }

    /// The text at `path` in the JSON body.
    func text(_ path: [StaticString]) -> String? {
        TourAnswer.text(path, in: body)
    }

    /// The number at `path` in the JSON body.
    func number(_ path: [StaticString]) -> Int? {
        guard case .number(let range) = JSONPath.find(path, in: body.span) else { return nil }
        return Int(body.span.text(range))
    }

    /// The text at `path` in `json`.
    static func text(_ path: [StaticString], in json: [UInt8]) -> String? {
        guard case .string(let range) = JSONPath.find(path, in: json.span) else { return nil }
        return JSONString.decode(json.span, range)
    }

    /// Whether the JSON body says that a sample made it.
    var isSample: Bool {
        header("server") == "outrider-sample"
            && JSONPath.find(["sample"], in: body.span) == .bool(true)
    }

    /// Whether Outrider itself refused, for `reason`, before the model saw anything.
    func isRefused(_ reason: String, status: Int = 503) -> Bool {
        self.status == status && header("server") == "outrider"
            && text(["error", "code"]) == reason && header("x-outrider-processed") == "no"
    }

    /// The body as text.
    var bodyText: String { String(decoding: body, as: UTF8.self) }

    /// What it is, for a failure's message.
    var summary: String {
        let start = bodyText.prefix(120).filter { $0 != "\n" && $0 != "\r\n" }
        return "status \(status)" + (start.isEmpty ? "" : ": \(start)")
    }
}
