import Base
package import Wire

/// Finds the one credential of a request, wherever clients put it.
///
/// `Authorization: Bearer` (RFC 6750 §2.1), `x-api-key` and `api-key`, all read alike. The same
/// one twice is one; two different ones are a request that two servers could read differently.
package enum CredentialReader {
    package enum Credential: Sendable, Hashable {
        case none
        /// Where it stands in the bytes of the head.
        case one(Range<Int>)
        /// Two that differ.
        case conflicting
        /// Another scheme, an empty value, or characters that no credential has.
        case malformed
    }

    /// Reads the credential of `head`.
    package static func read(head: borrowing RequestHead) -> Credential {
        let bytes = head.fields.bytes.span
        var found: Range<Int>?
        for line in head.fields.lines where !line.isDropped {
            var value = line.valueRange
            switch kind(of: line, bytes) {
            case .none: continue
            case .bearer:
                guard let token = bearerToken(bytes, value) else { return .malformed }
                value = token
            case .key:
                guard isToken68(bytes, value) else { return .malformed }
            }
            guard let first = found else {
                found = value
                continue
            }
            guard equals(bytes, first, value) else { return .conflicting }
        }
        return found.map { .one($0) } ?? .none
    }

    /// Whether the field line carries a credential; such lines are dropped before forwarding.
    package static func isCredential(_ line: FieldLine, _ bytes: Span<UInt8>) -> Bool {
        kind(of: line, bytes) != nil
    }

    private enum Kind {
        case bearer
        case key
    }

    private static func kind(of line: FieldLine, _ bytes: Span<UInt8>) -> Kind? {
        if line.name == .authorization { return .bearer }
        guard line.name == .other else { return nil }
        let name = line.nameRange
        switch name.count {
        case 7: return bytes.equalsIgnoringCase("api-key", name) ? .key : nil
        case 9: return bytes.equalsIgnoringCase("x-api-key", name) ? .key : nil
        default: return nil
        }
    }

    private static func bearerToken(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
        let scheme = value.lowerBound..<min(value.upperBound, value.lowerBound + 6)
        guard bytes.equalsIgnoringCase("bearer", scheme) else { return nil }
        var start = scheme.upperBound
        while start < value.upperBound, bytes[start] == 32 { start += 1 }
        guard start > scheme.upperBound else { return nil }
        let token = start..<value.upperBound
        return isToken68(bytes, token) ? token : nil
    }

    /// The characters of a credential (RFC 9110 §11.2), at least one.
    private static func isToken68(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        for index in range {
            switch bytes[index] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"),
                UInt8(ascii: "="):
                continue
            default: return false
            }
        }
        return true
    }

    private static func equals(_ bytes: Span<UInt8>, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count else { return false }
        for offset in 0..<a.count
        where bytes[a.lowerBound + offset] != bytes[b.lowerBound + offset] { return false }
        return true
    }
}
