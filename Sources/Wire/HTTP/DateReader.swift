import Base

/// Reads the parts of an HTTP date in order, each of fixed width.
struct DateReader {
    private var position: Int
    private let end: Int

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }

    /// A run of letters, at most nine.
    mutating func word(_ bytes: Span<UInt8>) -> Range<Int>? {
        let start = position
        while position < end, position - start < 9, ASCII.isLetter(bytes[position]) {
            position += 1
        }
        return position > start ? start..<position : nil
    }

    /// Whether `text` comes next; it is then taken.
    mutating func take(_ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let next = position..<position + text.utf8CodeUnitCount
        guard next.upperBound <= end, bytes.equals(text, next) else { return false }
        position = next.upperBound
        return true
    }

    /// Exactly `digits` digits.
    mutating func number(_ digits: Int, _ bytes: Span<UInt8>) -> Int? {
        guard end - position >= digits, let number = bytes.decimal(position..<position + digits)
        else { return nil }
        position += digits
        return Int(number)
    }

    /// A month's three letters, as 1 to 12.
    mutating func month(_ bytes: Span<UInt8>) -> Int? {
        for (index, name) in HTTPDate.months.enumerated() where take(name, bytes) {
            return index + 1
        }
        return nil
    }

    /// `08:49:37` as seconds of the day; a leap second counts as the one before it.
    mutating func time(_ bytes: Span<UInt8>) -> Int? {
        guard let hour = number(2, bytes), take(":", bytes), let minute = number(2, bytes),
            take(":", bytes), let second = number(2, bytes), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + min(second, 59)
    }
}
