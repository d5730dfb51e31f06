import Base
import Telemetry
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
        (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
        (1_767_225_599_001, "2025-12-31T23:59:59.001Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ]) func `a date is written in RFC 3339`(_ milliseconds: UInt64, _ text: String) {
        let nanoseconds = milliseconds * 1_000_000 + 999_999

        #expect(written { Timestamp.append(unixNanoseconds: nanoseconds, to: &$0) } == text)
    }

    @Test func `the end of time is no trap`() {
        #expect(
            written { Timestamp.append(unixNanoseconds: .max, to: &$0) }.hasPrefix("2554-07-21T")
        )
    }
}
