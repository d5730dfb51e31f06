/// IPv4 and IPv6 addresses as numbers, IPv4 in its IPv4-mapped form (RFC 4291 §2.5.5.2).
enum NumericAddress {
    /// What stands above the 32 bits of a mapped IPv4 address.
    static let mappedPrefix: UInt128 = 0xffff << 32

    /// The number that `text` writes, or `nil`; IPv6 without brackets.
    static func parse(_ text: some StringProtocol) -> UInt128? {
        text.utf8.contains(UInt8(ascii: ":"))
            ? parseIPv6(text) : parseIPv4(text).map { mappedPrefix | UInt128($0) }
    }

    /// Four decimal numbers without leading zeros, which some readers take for octal.
    static func parseIPv4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"),
                let byte = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }

    /// Eight groups of hexadecimal digits, one run of zeros written `::` (RFC 4291 §2.2).
    private static func parseIPv6(_ text: some StringProtocol) -> UInt128? {
        guard text.utf8.count <= 45 else { return nil }
        let halves = halves(of: String(text))
        guard let halves, let head = groups(halves.head, mayEndInIPv4: halves.tail == nil) else {
            return nil
        }
        guard let written = halves.tail else {
            return head.count == 8 ? number(head) : nil
        }
        guard let tail = groups(written, mayEndInIPv4: true), head.count + tail.count <= 7 else {
            return nil
        }
        let zeros = [UInt16](repeating: 0, count: 8 - head.count - tail.count)
        return number(head + zeros + tail)
    }

    /// What stands before and behind `::`; `nil` when it stands there twice.
    private static func halves(of text: String) -> (head: Substring, tail: Substring?)? {
        let bytes = text.utf8
        var found: String.Index?
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let next = bytes.index(after: index)
            if next < bytes.endIndex, bytes[index] == 0x3a, bytes[next] == 0x3a {
                if found != nil { return nil }
                found = index
            }
            index = next
        }
        guard let found else { return (text[...], nil) }
        return (text[..<found], text[bytes.index(found, offsetBy: 2)...])
    }

    /// The groups of `text`; an IPv4 address may stand only where the whole address ends.
    private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, part.contains("."), let low = parseIPv4(part)
            {
                groups += [UInt16(low >> 16), UInt16(low & 0xffff)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- 97 < 6
    }
}
