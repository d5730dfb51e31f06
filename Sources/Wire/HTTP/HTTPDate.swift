package import Base

/// Dates in HTTP fields (RFC 9110 §5.6.7), as whole seconds since 1970.
package enum HTTPDate {
    /// Appends the 29 bytes of an IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// Seconds outside the years 1970 to 9999 are clamped to them.
    package static func append(unixSeconds: Int64, to output: inout ByteBuffer) {
        let seconds = min(max(unixSeconds, 0), 253_402_300_799)
        let day = CivilDay(daysSince1970: Int(seconds / 86_400))
        let time = Int(seconds % 86_400)
        output.append(shortWeekdays[day.weekday])
        output.append(", ")
        append(day.day, digits: 2, to: &output)
        output.append(UInt8(ascii: " "))
        output.append(months[day.month - 1])
        output.append(UInt8(ascii: " "))
        append(day.year, digits: 4, to: &output)
        output.append(UInt8(ascii: " "))
        append(time / 3600, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(time / 60 % 60, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(time % 60, digits: 2, to: &output)
        output.append(" GMT")
    }

    private static func append(_ number: Int, digits: Int, to output: inout ByteBuffer) {
        var bound = digits == 4 ? 1000 : 10
        while bound > 0 {
            output.append(UInt8(truncatingIfNeeded: 48 + number / bound % 10))
            bound /= 10
        }
    }

    /// The date in `range`, in the preferred or one of the two obsolete formats.
    ///
    /// The weekday must be a weekday but need not match: dates are told by their numbers. A
    /// two-digit year is one of 1970 to 2069.
    package static func parse(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        var reader = DateReader(range)
        guard let weekday = reader.word(bytes) else { return nil }
        if reader.take(",", bytes) {
            if shortWeekdays.contains(where: { bytes.equals($0, weekday) }) {
                return fixdate(bytes, &reader)
            }
            guard longWeekdays.contains(where: { bytes.equals($0, weekday) }) else { return nil }
            return rfc850(bytes, &reader)
        }
        guard shortWeekdays.contains(where: { bytes.equals($0, weekday) }) else { return nil }
        return asctime(bytes, &reader)
    }

    /// The rest of the preferred format, such as `06 Nov 1994 08:49:37 GMT`.
    private static func fixdate(_ bytes: Span<UInt8>, _ reader: inout DateReader) -> Int64? {
        guard reader.take(" ", bytes), let day = reader.number(2, bytes), reader.take(" ", bytes),
            let month = reader.month(bytes), reader.take(" ", bytes),
            let year = reader.number(4, bytes),
            reader.take(" ", bytes), let time = reader.time(bytes), reader.take(" GMT", bytes),
            reader.isAtEnd
        else { return nil }
        return seconds(year, month, day, time)
    }

    /// The rest of the format of RFC 850, such as `06-Nov-94 08:49:37 GMT`.
    private static func rfc850(_ bytes: Span<UInt8>, _ reader: inout DateReader) -> Int64? {
        guard reader.take(" ", bytes), let day = reader.number(2, bytes), reader.take("-", bytes),
            let month = reader.month(bytes), reader.take("-", bytes),
            let year = reader.number(2, bytes),
            reader.take(" ", bytes), let time = reader.time(bytes), reader.take(" GMT", bytes),
            reader.isAtEnd
        else { return nil }
        return seconds(year < 70 ? 2000 + year : 1900 + year, month, day, time)
    }

    /// The rest of the format of asctime, such as `Nov  6 08:49:37 1994`.
    private static func asctime(_ bytes: Span<UInt8>, _ reader: inout DateReader) -> Int64? {
        guard reader.take(" ", bytes), let month = reader.month(bytes), reader.take(" ", bytes)
        else { return nil }
        let isPadded = reader.take(" ", bytes)
        guard let day = reader.number(isPadded ? 1 : 2, bytes), reader.take(" ", bytes),
            let time = reader.time(bytes), reader.take(" ", bytes),
            let year = reader.number(4, bytes),
            reader.isAtEnd
        else { return nil }
        return seconds(year, month, day, time)
    }

    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ time: Int) -> Int64? {
        guard let days = CivilDay.days(year: year, month: month, day: day) else { return nil }
        return Int64(days) * 86_400 + Int64(time)
    }

    static let shortWeekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let longWeekdays: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
