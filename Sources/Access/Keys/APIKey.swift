import Base
import Crypto

/// The text of an API key: `ork_`, 43 characters of secret, 6 of checksum.
///
/// The secret is 32 random bytes in base64url; the checksum is CRC-32 of all that stands before
/// it, in base 62. So a typo, or a key in a leaked file, is told without knowing any key; the
/// caller learns nothing from it. 53 characters fit one block of SHA-256.
package enum APIKey {
    /// What every key begins with.
    package static let prefix: StaticString = "ork_"
    /// Characters of a key.
    package static let length = 53

    private static let secretEnd = 47

    /// The key of 32 random bytes; the caller fetches them from the system, not from a seed.
    package static func make(random32: [UInt8]) -> String {
        precondition(random32.count == 32, "a key has 256 bits")
        var text = Array("\(prefix)".utf8)
        Base64URL.append(random32.span, to: &text)
        text += checksum(text.span)
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the text has prefix, length and checksum of a key.
    package static func isWellFormed(_ text: Span<UInt8>) -> Bool {
        guard text.count == length, text.equals(prefix, 0..<4),
            Base64URL.decode(text.extracting(4..<secretEnd)) != nil
        else { return false }
        let expected = checksum(text.extracting(0..<secretEnd))
        return expected.indices.allSatisfy { expected[$0] == text[secretEnd + $0] }
    }

    /// What is kept of a key: SHA-256 of its whole text.
    package static func hash(_ text: Span<UInt8>) -> [UInt8] {
        Digest.sha256(text)
    }

    /// CRC-32 in base 62, the highest digit first.
    private static func checksum(_ text: Span<UInt8>) -> [UInt8] {
        var rest = crc32(text)
        var digits = [UInt8](repeating: 0, count: length - secretEnd)
        for place in digits.indices.reversed() {
            digits[place] = digit(UInt8(rest % 62))
            rest /= 62
        }
        return digits
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<10: UInt8(ascii: "0") + value
        case 10..<36: UInt8(ascii: "A") + value - 10
        default: UInt8(ascii: "a") + value - 36
        }
    }

    /// The checksum of Ethernet and zip files (ISO 3309).
    private static func crc32(_ text: Span<UInt8>) -> UInt32 {
        var rest = UInt32.max
        for index in 0..<text.count {
            rest ^= UInt32(text[index])
            for _ in 0..<8 { rest = rest >> 1 ^ (rest & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        return ~rest
    }
}
