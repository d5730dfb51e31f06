import Base

/// The caller's trace in Zipkin's headers, in one (`b3`) or in several (`X-B3-…`).
struct B3: Sendable, Hashable {
    /// The trace and the caller's span; `nil` when only the decision to sample was sent.
    var ids: IDs?
    /// The caller's decision; `nil` leaves it to us.
    var isSampled: Bool?

    /// What names a place in a trace.
    struct IDs: Sendable, Hashable {
        let traceID: UInt128
        let parentID: UInt64
    }

    /// Reads `{trace}-{span}-{sampled}-{parent}`, its shorter forms, or the decision alone.
    init?(single bytes: Span<UInt8>, _ range: Range<Int>) {
        var parts = InlineArray<4, Range<Int>>(repeating: 0..<0)
        var count = 0
        var start = range.lowerBound
        for index in range.lowerBound...range.upperBound {
            guard index == range.upperBound || bytes[index] == UInt8(ascii: "-") else { continue }
            guard count < 4 else { return nil }
            parts[count] = start..<index
            count += 1
            start = index + 1
        }
        if count == 1 {
            guard let decision = Self.decision(bytes, parts[0]) else { return nil }
            isSampled = decision
            return
        }
        guard let ids = Self.ids(bytes, trace: parts[0], span: parts[1]) else { return nil }
        self.ids = ids
        if count > 2 {
            guard let decision = Self.decision(bytes, parts[2]) else { return nil }
            isSampled = decision
        }
        if count > 3 {
            guard parts[3].count == 16, HexDigits.lowercase(bytes, parts[3]) != nil else {
                return nil
            }
        }
    }

    /// Takes what several headers said, each already found or absent.
    init(ids: IDs?, isSampled: Bool?) {
        self.ids = ids
        self.isSampled = isSampled
    }

    /// The identifiers: a trace of 16 or 32 digits, a span of 16, neither of them zero.
    static func ids(_ bytes: Span<UInt8>, trace: Range<Int>, span: Range<Int>) -> IDs? {
        guard trace.count == 32 || trace.count == 16, span.count == 16,
            let traceID = HexDigits.lowercase(bytes, trace), traceID != 0,
            let spanID = HexDigits.lowercase(bytes, span), spanID != 0
        else { return nil }
        return IDs(traceID: traceID, parentID: UInt64(truncatingIfNeeded: spanID))
    }

    /// `1`, `0`, `d` for debug, and the words that old tracers send.
    static func decision(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool? {
        let isYes =
            bytes.equals("1", range) || bytes.equals("d", range) || bytes.equals("true", range)
        if isYes { return true }
        return bytes.equals("0", range) || bytes.equals("false", range) ? false : nil
    }
}
