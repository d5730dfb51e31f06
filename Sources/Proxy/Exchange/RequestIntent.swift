package import Base
package import Wire

/// What a request asks of us besides being forwarded, read once from its head.
package struct RequestIntent: Sendable {
    /// RFC 9218 urgency, 0 most urgent; 3 when nothing believable was said.
    package var priority: UInt8 = 3
    /// What the caller still has patience for; the shortest of the headers that say so.
    package var timeout: Nanoseconds?
    /// Which try this is across all layers, 1 being the first.
    package var outerAttempt = 1
    package var hasIdempotencyKey = false
    /// Hash of the header that `consistentHash` looks at.
    package var key: UInt64 = 0

    package init() {}

    /// Reads the head; `isTrusted` says whether the peer's `x-outrider-*` are believed.
    ///
    /// A door to the outside lets every caller name its patience, and nothing else of ours.
    package init(
        _ head: borrowing RequestHead,
        isTrusted: Bool,
        isDoor: Bool = false,
        hashOn: [UInt8]?
    ) {
        head.fields.withBytes { bytes in
            if isTrusted || isDoor, let value = head.fields.first(.outriderTimeoutMs) {
                consider(TimeoutHeader.parseMilliseconds(bytes, value))
            }
            if isTrusted {
                if let value = head.fields.first(.priority) {
                    priority = Priority.parse(bytes, value)
                }
                if !isDoor, let value = head.fields.first(.outriderAttempt),
                    let count = bytes.decimal(value), count >= 1, count < 1_000
                {
                    outerAttempt = Int(count)
                }
            }
            if let value = head.fields.first(.grpcTimeout) {
                consider(TimeoutHeader.parseGRPC(bytes, value))
            }
            if let value = head.fields.first(.xRequestTimeoutMs) {
                consider(TimeoutHeader.parseMilliseconds(bytes, value))
            }
            hasIdempotencyKey = head.fields.first(.idempotencyKey) != nil
        }
        setKey(hashOn, head)
    }

    /// Whether the head says anything of what is read here.
    static func isSaid(in fields: borrowing Fields) -> Bool {
        fields.containsAny(of: .intents)
    }

    /// Hashes the header that tells requests apart, for an upstream that looks at one.
    mutating func setKey(_ hashOn: [UInt8]?, _ head: borrowing RequestHead) {
        key = 0
        guard let hashOn else { return }
        key = head.fields.withBytes { Self.hash(of: hashOn, in: head.fields, $0) }
    }

    private mutating func consider(_ span: Nanoseconds?) {
        guard let span else { return }
        timeout = min(timeout ?? span, span)
    }

    /// FNV-1a over the value of the first field with that (lower-case) name; 0 without one.
    private static func hash(
        of name: [UInt8],
        in fields: borrowing Fields,
        _ bytes: Span<UInt8>
    ) -> UInt64 {
        for line in fields.lines where line.nameRange.count == name.count {
            let start = line.nameRange.lowerBound
            guard name.indices.allSatisfy({ ASCII.lowercased(bytes[start + $0]) == name[$0] })
            else {
                continue
            }
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for index in line.valueRange {
                hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3
            }
            return hash
        }
        return 0
    }
}
