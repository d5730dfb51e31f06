package import Base

/// A point on the wall clock as text: `2026-01-31T23:59:59.123Z` (RFC 3339).
package enum Timestamp {
    /// Appends `unixNanoseconds` with milliseconds, cut and not rounded.
    package static func append(unixNanoseconds: UInt64, to output: inout ByteBuffer) {
        let milliseconds = unixNanoseconds / 1_000_000
        let seconds = milliseconds / 1_000
        let (year, month, day) = date(ofDay: seconds / 86_400)
        append(year, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        append(month, digits: 2, to: &output)
        output.append(UInt8(ascii: "-"))
        append(day, digits: 2, to: &output)
        output.append(UInt8(ascii: "T"))
        append(seconds / 3_600 % 24, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(seconds / 60 % 60, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(seconds % 60, digits: 2, to: &output)
        output.append(UInt8(ascii: "."))
        append(milliseconds % 1_000, digits: 3, to: &output)
        output.append(UInt8(ascii: "Z"))
    }

    /// The Gregorian date of a day since 1970.
    ///
    /// Counts years from March, so that the leap day is the last of its year and the lengths of
    /// the months before it follow one linear rule.
    private static func date(ofDay day: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let sinceEra = day + 719_468
        let era = sinceEra / 146_097
        let dayOfEra = sinceEra % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month,
            dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }

    private static func append(_ number: UInt64, digits: Int, to output: inout ByteBuffer) {
        var bound: UInt64 = 1
        for _ in 1..<digits { bound *= 10 }
        while bound > 0 {
            output.append(UInt8(truncatingIfNeeded: 48 + number / bound % 10))
            bound /= 10
        }
    }
}
