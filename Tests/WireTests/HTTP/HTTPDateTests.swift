import Base
import Testing

@testable import Wire

@Suite struct HTTPDateTests {
    private func parse(_ text: String) -> Int64? {
        let bytes = latin1(text)
        return HTTPDate.parse(bytes.span, 0..<bytes.count)
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ]) func `all three formats say the same (RFC 9110 §5.6.7)`(_ text: String) {
        #expect(parse(text) == 784_111_777)
    }

    @Test(arguments: [
        (Int64(0), "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (-5, "Thu, 01 Jan 1970 00:00:00 GMT"), (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ]) func `a date is written in the preferred format`(_ seconds: Int64, _ text: String) {
        #expect(written { HTTPDate.append(unixSeconds: seconds, to: &$0) } == text)
    }

    @Test func `what is written is read again`() {
        let seconds = (0..<400).map { Int64($0) * 86_400 * 365 / 3 + 12_345 }
        let read = seconds.map { second in
            parse(written { HTTPDate.append(unixSeconds: second, to: &$0) })
        }

        #expect(read == seconds.map { $0 })
    }

    @Test(arguments: [
        "", "Sun", "Sun, 06 Nov 1994 08:49:37", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Xyz, 06 Nov 1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
    ]) func `a malformed date is no date`(_ text: String) {
        #expect(parse(text) == nil)
    }
}
