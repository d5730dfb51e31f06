package import Base

/// How long a peer asks us to wait (RFC 9110 §10.2.3).
package enum RetryAfter {
    /// Reads seconds or a date; a date that has passed means no wait at all.
    ///
    /// `unixSeconds` is the wall clock now. `nil` for anything malformed.
    package static func parse(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        unixSeconds: Int64
    ) -> Nanoseconds? {
        guard let first = range.first, first < bytes.count else { return nil }
        if ASCII.isDigit(bytes[first]) {
            return bytes.decimal(range).map { Nanoseconds.clamping($0, times: 1_000_000_000) }
        }
        guard let date = HTTPDate.parse(bytes, range) else { return nil }
        let wait = date > unixSeconds ? UInt64(date - unixSeconds) : 0
        return Nanoseconds.clamping(wait, times: 1_000_000_000)
    }
}

extension Nanoseconds {
    /// `count` units of `unit` nanoseconds each, clamped to what 64 bits can hold.
    static func clamping(_ count: UInt64, times unit: UInt64) -> Nanoseconds {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return Nanoseconds(overflow ? .max : product)
    }
}
