import Base

@testable import Wire

/// Feeds a request parser in the three ways in which bytes arrive.
enum RequestFeed {
    typealias Failure = RequestHeadParser.Failure

    struct Parsed {
        var head: RequestHead
        var consumed: Int
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
}
