import Base
import Wire

/// A request as a sample service sees it: its head, and its whole body.
struct SampleRequest {
    let head: RequestHead
    let body: [UInt8]

    /// The target without its query.
    var path: String { head.fields.text(head.path) }

    /// The value of `name` in the query, as it stands there.
    func query(_ name: String) -> String? {
        let target = head.fields.text(head.target)
        let pairs = target.drop { $0 != "?" }.dropFirst().split(separator: "&")
        return pairs.first { $0.hasPrefix(name + "=") }
            .map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    /// The value of the header `name`, which is written in lower case.
    func header(_ name: StaticString) -> String? {
        head.fields.lines.first { head.fields.equals($0.nameRange, name) }
            .map { head.fields.text($0.valueRange) }
    }

    /// The text at `path` in the JSON body.
    func text(_ path: [StaticString]) -> String? {
        guard case .string(let range) = JSONPath.find(path, in: body.span) else { return nil }
        return JSONString.decode(body.span, range)
    }

    /// Whether the body is one JSON object and nothing else.
    var isObject: Bool {
        var scanner = JSONScanner()
        let bytes = body.span
        do throws(JSONScanner.Failure) {
            guard try scanner.next(bytes) == .beginObject else { return false }
            while try scanner.next(bytes) != .end {}
            return true
        } catch {
            return false
        }
    }
}
