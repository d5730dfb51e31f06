import Base
import Testing

@testable import Config

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("1ns", 1), ("1us", 1_000), ("250ms", 250_000_000), ("5s", 5_000_000_000), ("0s", 0),
            ("2m", 120_000_000_000), ("1h", 3_600_000_000_000), ("1.5s", 1_500_000_000),
            ("0.25s", 250_000_000), ("0.0001ns", 0), ("18446744073709551615ns", .max),
        ] as [(String, UInt64)]
    )
    func `a time is a number and a unit`(_ text: String, _ count: UInt64) {
        #expect(Nanoseconds(text) == Nanoseconds(count))
    }

    @Test(
        arguments: [
            ("0B", 0), ("512B", 512), ("64KiB", 65_536), ("0.25KiB", 256), ("1.5MiB", 1_572_864),
            ("1GiB", 1 << 30),
        ] as [(String, UInt64)]
    )
    func `a size is a number and a unit`(_ text: String, _ count: UInt64) {
        #expect(Quantity.size.parse(text) == count)
    }

    @Test(arguments: [
        "", "s", "5", "5 s", " 5s", "5S", "-5s", "+5s", "5.s", ".5s", "1.2.3s", "5ss", "1m30s",
        "٥s",
        "18446744073709551616ns", "99999999999999999999s", "1e3s", "0.1234567890s", "5sec", "∞s",
    ])
    func `anything else is no time`(_ text: String) {
        #expect(Nanoseconds(text) == nil)
    }

    @Test(arguments: ["5s", "250ms", "90s", "600s", "1h", "24h", "1us", "7ns", "0s"])
    func `a time is shown as it is best written`(_ text: String) throws {
        let span = try #require(Nanoseconds(text))

        #expect(Quantity.time.show(span.count) == text)
    }

    @Test(arguments: [
        ("timeouts.connect", "'0s'", "must be from 1ms to 600s, not 0s"),
        ("timeouts.connect", "'11m'", "must be from 1ms to 600s, not 11m"),
        (
            "timeouts.connect", "5",
            "must be a duration in quotes such as \"250ms\" or \"5s\", not a number"
        ),
        ("timeouts.connect", "'5'", "\"5\" is not a duration, write \"250ms\" or \"5s\""),
        (
            "timeouts.connect", "null",
            "must be a duration in quotes such as \"250ms\" or \"5s\", not null"
        ),
        ("limits.uri", "'64KB'", "\"64KB\" is not a size, write \"64KiB\" or \"1MiB\""),
        ("limits.uri", "'1B'", "must be from 64B to 1MiB, not 1B"),
        (
            "limits.uri", "65536",
            "must be a size in quotes such as \"64KiB\" or \"1MiB\", not a number"
        ),
    ])
    func `a bad quantity is told with a good one`(
        _ path: String,
        _ value: String,
        _ message: String
    ) {
        let problems = ConfigText(ConfigText.setting(path, to: value)).problems

        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix(": \(path): \(message)") == true, "\(problems)")
    }
}
