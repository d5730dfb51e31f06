import Base
import Telemetry
import Wire

extension FuzzTarget {
    /// Values of single fields: dates, deadlines, waits, priorities and request ids.
    static let fields = FuzzTarget(
        name: "fields",
        seeds: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "10S", "120",
            "Sun Nov  6 08:49:37 1994", "Sat, 31 Dec 9999 23:59:60 GMT", "99999999H", "u=1, i",
            "u=7;x", "0123456789abcdef",
        ],
        words: [
            "Mon", "Tuesday", ", ", " GMT", "Jan", "Feb", "-Dec-", "29", "1900", "2000", "0001",
            "23:59:60", "00:00:00", "u=", "H", "M", "S", "m", "u", "n", "18446744073709551615",
        ]
    ) { bytes throws(Broken) in
        let all = 0..<bytes.count
        try checkDate(bytes)
        try checkDeadline(bytes)
        let number = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        try checkDate(seconds: Int64(bitPattern: number))
        try checkDeadline(of: Nanoseconds(number))
        try require(Priority.parse(bytes.span, all) <= 7, "a priority beyond 7")
        _ = RetryAfter.parse(bytes.span, all, unixSeconds: Int64(bitPattern: number))
        if RequestID.isSane(bytes.span, all) {
            let isPlain = bytes.allSatisfy { $0 > 32 && $0 < 127 && $0 != 0x22 && $0 != 0x5c }
            try require(isPlain && (1...128).contains(bytes.count), "a request id to escape")
        }
    }

    /// What is read is written as the same second, as far as years from 1970 are concerned.
    private static func checkDate(_ bytes: [UInt8]) throws(Broken) {
        guard let date = HTTPDate.parse(bytes.span, 0..<bytes.count) else { return }
        try require((-62_135_596_800...253_402_300_799).contains(date), "\(date) is no date")
        if date >= 0 { try checkDate(seconds: date) }
    }

    private static func checkDate(seconds: Int64) throws(Broken) {
        var output = ByteBuffer()
        HTTPDate.append(unixSeconds: seconds, to: &output)
        let again = output.withReadable { HTTPDate.parse($0, 0..<$0.count) }
        let clamped = min(max(seconds, 0), 253_402_300_799)
        try require(output.readableCount == 29 && again == clamped, "\(seconds) became another")
    }

    private static func checkDeadline(_ bytes: [UInt8]) throws(Broken) {
        let all = 0..<bytes.count
        _ = TimeoutHeader.parseMilliseconds(bytes.span, all)
        guard let span = TimeoutHeader.parseGRPC(bytes.span, all) else { return }
        try checkDeadline(of: span)
    }

    /// What is passed on is never more than what remains, and less by a hundredth at most.
    private static func checkDeadline(of span: Nanoseconds) throws(Broken) {
        var output = ByteBuffer()
        TimeoutHeader.appendGRPC(span, to: &output)
        let again = output.withReadable { TimeoutHeader.parseGRPC($0, 0..<$0.count) }
        guard let again else { throw Broken("a deadline that cannot be read") }
        let lost = span.count - min(again.count, span.count)
        try require(again <= span && lost <= span.count / 100, "\(span) became \(again)")
    }
}
