package import Base

/// Which trace a request belongs to and which span called us (W3C Trace Context).
package struct TraceContext: Sendable, Hashable {
    /// 16 bytes, never all zero.
    package let traceID: UInt128
    /// The span that called us; 8 bytes, never all zero.
    package let parentID: UInt64
    /// The flags that keep their meaning when passed on: sampled, and that the id is random.
    package let flags: UInt8

    /// Whether the caller records this trace.
    package var isSampled: Bool { flags & 1 == 1 }

    /// `nil` when one of the identifiers is zero, which no trace may have.
    package init?(traceID: UInt128, parentID: UInt64, isSampled: Bool) {
        self.init(traceID: traceID, parentID: parentID, flags: isSampled ? 1 : 0)
    }

    private init?(traceID: UInt128, parentID: UInt64, flags: UInt8) {
        guard traceID != 0, parentID != 0 else { return nil }
        self.traceID = traceID
        self.parentID = parentID
        self.flags = flags
    }

    /// Reads a `traceparent` value, or yields `nil` for anything malformed.
    ///
    /// There is no error to report: the standard says to start a new trace then. Version 00 has
    /// exactly 55 characters. A higher one may go on after a dash and is read as 00; ff is none.
    package init?(traceparent bytes: Span<UInt8>, _ range: Range<Int>) {
        let start = range.lowerBound
        guard range.upperBound <= bytes.count, range.count >= 55,
            let version = HexDigits.lowercase(bytes, start..<start + 2), version != 0xff,
            version != 0 || range.count == 55,
            range.count == 55 || bytes[start + 55] == UInt8(ascii: "-"),
            bytes[start + 2] == UInt8(ascii: "-"), bytes[start + 35] == UInt8(ascii: "-"),
            bytes[start + 52] == UInt8(ascii: "-"),
            let traceID = HexDigits.lowercase(bytes, start + 3..<start + 35),
            let parentID = HexDigits.lowercase(bytes, start + 36..<start + 52),
            let flags = HexDigits.lowercase(bytes, start + 53..<start + 55)
        else { return nil }
        self.init(
            traceID: traceID,
            parentID: UInt64(truncatingIfNeeded: parentID),
            flags: UInt8(truncatingIfNeeded: flags) & 3
        )
    }

    /// Appends a `traceparent` value of version 00: 55 bytes.
    package static func append(
        traceID: UInt128,
        spanID: UInt64,
        flags: UInt8,
        to output: inout ByteBuffer
    ) {
        output.reserve(64)
        output.append("00-")
        HexDigits.append(traceID, to: &output)
        output.append(UInt8(ascii: "-"))
        output.append(hex: spanID, digits: 16)
        output.append(UInt8(ascii: "-"))
        output.append(hex: UInt64(flags), digits: 2)
    }

    /// Appends this context with `spanID` in the place of the caller's.
    package func append(to output: inout ByteBuffer, spanID: UInt64) {
        Self.append(traceID: traceID, spanID: spanID, flags: flags, to: &output)
    }
}
