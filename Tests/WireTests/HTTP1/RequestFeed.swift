import Base

@testable import Wire

/// Feeds a request parser in the three ways in which bytes arrive.
enum RequestFeed {
    typealias Failure = RequestHeadParser.Failure

    struct Parsed {
        var head: RequestHead
        var consumed: Int

        func text(_ range: Range<Int>) -> String { head.fields.text(range) }

        /// Everything a reader of the head can see, to compare two of them.
        var summary: String {
            var parts = ["\(consumed) \(head.method) \(head.minorVersion) \(head.framing)"]
            parts.append("\(head.isKeptAlive) \(head.expectsContinue) \(head.upgrade)")
            parts += [head.methodRange, head.target, head.path, head.authority].map(text)
            parts += head.fields.lines.map { "\($0.name) \(text($0.lineRange))" }
            return parts.joined(separator: "\n")
        }
    }

    enum Verdict: Equatable {
        case incomplete
        case refused(Failure)
        case accepted(String)
    }

    /// All bytes at once.
    static func whole(
        _ text: String,
        _ limits: RequestHeadParser.Limits = .init()
    ) throws(Failure) -> Parsed? {
        try feed(latin1(text), cuts: [], limits)
    }

    /// As if a read had ended at each of `cuts`.
    static func feed(
        _ bytes: [UInt8],
        cuts: [Int],
        _ limits: RequestHeadParser.Limits = .init()
    ) throws(Failure) -> Parsed? {
        let parser = RequestHeadParser(limits)
        var head = RequestHead()
        var scanned = 0
        for end in cuts + [bytes.count] {
            let lent = bytes.span.extracting(0..<end)
            if let consumed = try parser.parse(lent, scanned: &scanned, into: &head) {
                return Parsed(head: head, consumed: consumed)
            }
        }
        return nil
    }

    static func verdict(
        _ bytes: [UInt8],
        cuts: [Int] = [],
        _ limits: RequestHeadParser.Limits = .init()
    ) -> Verdict {
        do throws(Failure) {
            guard let parsed = try feed(bytes, cuts: cuts, limits) else { return .incomplete }
            return .accepted(parsed.summary)
        } catch {
            return .refused(error)
        }
    }

    /// The first way of cutting that changes the verdict; `nil` when all agree.
    static func disagreement(
        _ text: String,
        _ limits: RequestHeadParser.Limits = .init()
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
