import Base
import Wire

/// A point of the calendar as configurations write it (RFC 3339), in seconds since 1970.
package enum Moment {
    /// Reads `2026-01-31`, `2026-01-31T23:59:59Z` or one with `+01:00` for `Z`; fractions of a
    /// second are cut off.
    package static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]),
            let days = CivilDay.days(year: year, month: month, day: day)
        else { return nil }
        let midnight = Int64(days) * 86_400
        if bytes.count == 10 { return midnight }
        guard bytes.count >= 20, bytes[10] | 0x20 == UInt8(ascii: "t"),
            let second = clock(bytes[11..<19], hasSeconds: true)
        else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let digits = rest.prefix { $0 &- 48 < 10 }.count
            guard (1...9).contains(digits) else { return nil }
            rest = rest.dropFirst(digits)
        }
        return offset(rest).map { midnight + second - $0 }
    }

    /// The same moment in UTC, to the second.
    package static func text(of moment: Int64) -> String {
        let days = moment >= 0 ? moment / 86_400 : 0
        let day = CivilDay(daysSince1970: Int(clamping: days))
        let second = max(0, moment) % 86_400
        let date = "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
        let hour = padded(Int(second / 3_600), 2)
        let minute = padded(Int(second / 60 % 60), 2)
        return "\(date)T\(hour):\(minute):\(padded(Int(second % 60), 2))Z"
    }

    /// Seconds east of UTC that `Z` or `+01:00` says.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first else { return nil }
        if sign | 0x20 == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let seconds = clock(bytes.dropFirst(), hasSeconds: false)
        else { return nil }
        return sign == UInt8(ascii: "+") ? seconds : -seconds
    }

    /// Seconds of `hh:mm:ss` or `hh:mm`.
    private static func clock(_ bytes: ArraySlice<UInt8>, hasSeconds: Bool) -> Int64? {
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == (hasSeconds ? 3 : 2), parts.allSatisfy({ $0.count == 2 }),
            let hour = number(parts[0]), hour < 24, let minute = number(parts[1]), minute < 60,
            let second = hasSeconds ? number(parts[2]) : 0, second < 60
        else { return nil }
        return Int64(hour * 3_600 + minute * 60 + second)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy { $0 &- 48 < 10 } ? digits.reduce(0) { $0 * 10 + Int($1 &- 48) } : nil
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension ConfigType<Int64> {
    /// A point in time, in seconds since 1970.
    static let timestamp = ConfigType(
        name: "string",
        bound: "RFC 3339, such as `2026-01-31T00:00:00Z`, from 1970 to 9999",
        schema: [.init("type", .text("string"))],
        decode: { node, decoder in
            if case .text(let text) = node.value, let moment = Moment.parse(text), moment >= 0 {
                return moment
            }
            decoder.report(node, "must be a time such as \"2026-01-31T00:00:00Z\"")
            return nil
        },
        show: { .text(Moment.text(of: $0)) }
    )
}
