import Base

/// Well-formed UTF-8 (RFC 3629 §4): no overlong forms, no surrogates, nothing past U+10FFFF.
enum UTF8Character {
    /// Bytes of the character beyond ASCII that starts at `index`; 0 when it is malformed.
    static func length(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        let first = bytes[index]
        switch first {
        case 0xc2...0xdf: return follows(bytes, index, 1) ? 2 : 0
        case 0xe0...0xef:
            guard follows(bytes, index, 2) else { return 0 }
            let second = bytes[index + 1]
            let isBad = first == 0xe0 && second < 0xa0 || first == 0xed && second > 0x9f
            return isBad ? 0 : 3
        case 0xf0...0xf4:
            guard follows(bytes, index, 3) else { return 0 }
            let second = bytes[index + 1]
            let isBad = first == 0xf0 && second < 0x90 || first == 0xf4 && second > 0x8f
            return isBad ? 0 : 4
        default: return 0
        }
    }

    private static func follows(_ bytes: Span<UInt8>, _ index: Int, _ count: Int) -> Bool {
        guard index + count < bytes.count else { return false }
        for offset in 1...count where bytes[index + offset] & 0xc0 != 0x80 { return false }
        return true
    }
}
