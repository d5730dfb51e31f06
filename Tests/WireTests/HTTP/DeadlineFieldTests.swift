import Base
import Testing

@testable import Wire

@Suite struct DeadlineFieldTests {
    @Test(arguments: [
        ("1S", UInt64(1_000_000_000)), ("250m", 250_000_000), ("7u", 7_000), ("9n", 9),
        ("2M", 120_000_000_000), ("1H", 3_600_000_000_000), ("99999999H", .max),
    ]) func `a gRPC timeout is read in its unit`(_ text: String, _ count: UInt64) {
        let bytes = latin1(text)
        #expect(TimeoutHeader.parseGRPC(bytes.span, 0..<bytes.count)?.count == count)
    }

    @Test(arguments: ["", "S", "1", "1s", "-1S", "123456789S", "1 S", "1SS"])
    func `a malformed gRPC timeout is none`(_ text: String) {
        let bytes = latin1(text)
        #expect(TimeoutHeader.parseGRPC(bytes.span, 0..<bytes.count) == nil)
    }

    @Test(arguments: [
        ("5", UInt64(5_000_000_000)), ("0", 0), ("18446744073709551615", .max),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 7_000_000_000),
        ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
    ]) func `Retry-After is seconds or a date`(_ text: String, _ count: UInt64) {
        let bytes = latin1(text)
        let wait = RetryAfter.parse(bytes.span, 0..<bytes.count, unixSeconds: 784_111_770)
        #expect(wait?.count == count)
    }

    @Test(arguments: ["", "-1", "1.5", "soon", "5 s"])
    func `a malformed Retry-After is none`(_ text: String) {
        let bytes = latin1(text)
        #expect(RetryAfter.parse(bytes.span, 0..<bytes.count, unixSeconds: 0) == nil)
    }

    @Test(arguments: [
        ("u=0", UInt8(0)), ("u=7, i", 7), ("i, u=2", 2), ("u=8", 3), ("u=-1", 3), ("u=12", 3),
        ("", 3), ("i", 3), ("u=1, u=5", 5), ("u=4;x=1", 4), ("urgency=1", 3),
    ]) func `urgency is one digit, else the standard (RFC 9218 §4.1)`(
        _ text: String,
        _ urgency: UInt8
    ) {
        let bytes = latin1(text)
        #expect(Priority.parse(bytes.span, 0..<bytes.count) == urgency)
    }
}
