package import Base

/// Deadlines that callers send, as the time that remains.
package enum TimeoutHeader {
    /// `grpc-timeout`: one to eight digits and one unit of `HMSmun` (gRPC over HTTP/2).
    package static func parseGRPC(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Nanoseconds? {
        guard range.count >= 2, range.count <= 9, range.upperBound <= bytes.count,
            let unit = nanoseconds(bytes[range.upperBound - 1]),
            let count = bytes.decimal(range.lowerBound..<range.upperBound - 1)
        else { return nil }
        return Nanoseconds.clamping(count, times: unit)
    }

    /// Whole milliseconds, as in `x-request-timeout-ms` and `x-outrider-timeout-ms`.
    package static func parseMilliseconds(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) -> Nanoseconds? {
        bytes.decimal(range).map { Nanoseconds.clamping($0, times: 1_000_000) }
    }

    /// Appends what remains in the form of `grpc-timeout`, rounded down, never more than asked.
    package static func appendGRPC(_ remaining: Nanoseconds, to output: inout ByteBuffer) {
        let units: [(UInt64, StaticString)] = [
            (1, "n"), (1_000, "u"), (1_000_000, "m"), (1_000_000_000, "S"), (60_000_000_000, "M"),
        ]
        for (unit, letter) in units where remaining.count / unit < 100_000_000 {
            output.append(decimal: remaining.count / unit)
            output.append(letter)
            return
        }
        output.append(decimal: remaining.count / 3_600_000_000_000)
        output.append("H")
    }

    private static func nanoseconds(_ unit: UInt8) -> UInt64? {
        switch unit {
        case UInt8(ascii: "H"): 3_600_000_000_000
        case UInt8(ascii: "M"): 60_000_000_000
        case UInt8(ascii: "S"): 1_000_000_000
        case UInt8(ascii: "m"): 1_000_000
        case UInt8(ascii: "u"): 1_000
        case UInt8(ascii: "n"): 1
        default: nil
        }
    }
}
