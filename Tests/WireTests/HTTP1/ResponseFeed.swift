import Base

@testable import Wire

/// Feeds a response parser in the three ways in which bytes arrive.
enum ResponseFeed {
    typealias Failure = ResponseHeadParser.Failure

    struct Parsed {
        var head: ResponseHead
        var consumed: Int

        func text(_ range: Range<Int>) -> String { head.fields.text(range) }

        var summary: String {
            var parts = ["\(consumed) \(head.status) \(head.minorVersion) \(head.framing)"]
            parts.append("\(head.isKeptAlive) \(head.isEventStream) \(text(head.reasonRange))")
            parts += head.fields.lines.map { "\($0.name) \(text($0.lineRange))" }
            return parts.joined(separator: "\n")
        }
    }

    enum Verdict: Equatable {
        case incomplete
        case refused(Failure)
        case accepted(String)
    }

    static func whole(_ text: String, answering method: Method = .get) throws(Failure) -> Parsed? {
        try feed(latin1(text), cuts: [], answering: method)
    }

    static func feed(
        _ bytes: [UInt8],
        cuts: [Int],
        answering method: Method = .get,
        _ limits: ResponseHeadParser.Limits = .init()
    ) throws(Failure) -> Parsed? {
        let parser = ResponseHeadParser(limits)
        var head = ResponseHead()
        var scanned = 0
        for end in cuts + [bytes.count] {
            let lent = bytes.span.extracting(0..<end)
            let consumed = try parser.parse(
                lent,
                scanned: &scanned,
                answering: method,
                into: &head
            )
            if let consumed { return Parsed(head: head, consumed: consumed) }
        }
        return nil
    }

    static func verdict(
        _ bytes: [UInt8],
        cuts: [Int] = [],
        _ limits: ResponseHeadParser.Limits = .init()
    ) -> Verdict {
        do throws(Failure) {
            guard let parsed = try feed(bytes, cuts: cuts, limits) else { return .incomplete }
            return .accepted(parsed.summary)
        } catch {
            return .refused(error)
        }
    }

    static func disagreement(
        _ text: String,
        _ limits: ResponseHeadParser.Limits = .init()
    ) -> String? {
        let bytes = latin1(text)
        let whole = verdict(bytes, limits)
        let bytewise = verdict(bytes, cuts: Array(1..<max(1, bytes.count)), limits)
        if bytewise != whole { return "bytewise \(bytewise), whole \(whole)" }
        for cut in 0..<bytes.count {
            let split = verdict(bytes, cuts: [cut], limits)
            if split != whole { return "cut at \(cut): \(split), whole \(whole)" }
        }
        return nil
    }
}
