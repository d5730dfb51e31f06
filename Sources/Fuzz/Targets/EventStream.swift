import Base
import Wire

extension FuzzTarget {
    /// Event streams: a boundary is one however the bytes before it arrived.
    static let eventStream = FuzzTarget(
        name: "event-stream",
        seeds: ["data: a\n\ndata: b\r\n\r\n: c\r\r"],
        words: ["\n\n", "\r\n\r\n", "\r\r", "data: ", "\n\r\n"]
    ) { bytes throws(Broken) in
        for way in Arrival.ways(bytes) {
            var split = EventBoundary()
            var start = 0
            for end in way + [bytes.count] {
                split.feed(bytes.span.extracting(start..<end))
                start = end
                var whole = EventBoundary()
                whole.feed(bytes.span.extracting(0..<end))
                try require(split.isAtEventEnd == whole.isAtEventEnd, "differs at \(end)")
            }
        }
        var boundary = EventBoundary()
        boundary.feed(bytes.span)
        let line = endsWithLine(bytes)
        let isExpected =
            bytes.isEmpty || line.map { endsWithLine($0) != nil || $0.isEmpty } ?? false
        try require(boundary.isAtEventEnd == isExpected, "boundary \(boundary.isAtEventEnd)")
    }

    /// What stands before the line end that `bytes` end with.
    private static func endsWithLine(_ bytes: [UInt8]) -> [UInt8]? {
        if bytes.suffix(2) == [13, 10] { return Array(bytes.dropLast(2)) }
        return bytes.last == 10 || bytes.last == 13 ? Array(bytes.dropLast()) : nil
    }
}
