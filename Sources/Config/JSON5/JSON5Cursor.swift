/// A place in valid UTF-8 that only moves forward and always knows its line and column.
struct JSON5Cursor {
    private let bytes: [UInt8]
    private(set) var index = 0
    private(set) var position = TextPosition.start

    /// `bytes` must be valid UTF-8.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The byte at the cursor, or `nil` at the end.
    var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// The byte `distance` behind the cursor, or `nil` past the end.
    func peek(_ distance: Int) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    /// Moves over one byte; CR LF counts as one line end, its LF moving the line.
    mutating func advance() {
        guard let byte = current else { return }
        index += 1
        let isLineEnd = byte == 0x0a || byte == 0x0d && current != 0x0a
        if isLineEnd {
            position = TextPosition(line: position.line + 1, column: 1)
        } else if let next = current, next & 0xc0 == 0x80 {
            // Inside a scalar: its column is counted once, with its last byte.
        } else {
            position.column += 1
        }
    }

    /// Moves over `byte` if it stands here.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        advance()
        return true
    }

    /// Moves over `word` if it stands here in full.
    mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        for offset in 0..<count where peek(offset) != word.utf8Start[offset] { return false }
        for _ in 0..<count { advance() }
        return true
    }

    /// The scalar at the cursor and its length in bytes, or `nil` at the end.
    var scalar: (value: Unicode.Scalar, length: Int)? {
        guard let first = current else { return nil }
        let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
        guard length > 1 else { return (Unicode.Scalar(first), 1) }
        var code = UInt32(first) & (0xff >> (UInt32(length) + 1))
        for offset in 1..<length { code = code << 6 | UInt32(peek(offset) ?? 0) & 0x3f }
        return (Unicode.Scalar(code) ?? "\u{fffd}", length)
    }

    /// Moves over the scalar at the cursor.
    mutating func advanceScalar() {
        for _ in 0..<(scalar?.length ?? 0) { advance() }
    }

    /// The text from byte `start` up to the cursor.
    func text(from start: Int) -> String {
        String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// How a problem names what stands at the cursor.
    var found: String {
        guard let value = scalar?.value else { return "end of file" }
        switch value {
        case "\n", "\r": return "end of line"
        default: return "'\(value.escaped(asASCII: false))'"
        }
    }
}
