import Base

/// Walks a comma-separated list (RFC 9110 §5.6.1); empty elements are skipped.
///
/// Commas inside quoted strings are not looked for: the lists read with it hold tokens only.
struct ListElements {
    private var position: Int
    private let end: Int

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next element without the white space around it, or `nil` after the last.
    mutating func next(_ bytes: Span<UInt8>) -> Range<Int>? {
        while position < end {
            let start = position
            while position < end, bytes[position] != UInt8(ascii: ",") { position &+= 1 }
            let element = bytes.trimmed(start..<position)
            position += 1
            if !element.isEmpty { return element }
        }
        return nil
    }
}
