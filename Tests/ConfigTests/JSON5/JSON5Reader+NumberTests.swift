import Testing

@testable import Config

@Suite struct JSON5ReaderNumberTests {
    @Test(arguments: [
        ("0", 0.0), ("-0", -0.0), ("42", 42), ("+1", 1), ("-1", -1), (".5", 0.5), ("5.", 5),
        ("5.e1", 50), ("1e3", 1_000), ("1E-2", 0.01), ("0xff", 255), ("0XFF", 255), ("-0x10", -16),
        ("Infinity", .infinity), ("+Infinity", .infinity), ("-Infinity", -.infinity),
        ("1e999", .infinity), ("0x" + String(repeating: "f", count: 400), .infinity),
    ])
    func `every form of a number is read (JSON5 §6)`(_ text: String, _ number: Double) {
        #expect(value(text) == .number(number))
    }

    @Test func `NaN is a number that is not one`() {
        guard case .number(let number) = value("NaN") else {
            Issue.record("not a number")
            return
        }
        #expect(number.isNaN)
    }

    @Test(arguments: [
        "01", "00", "1.2.3", "5s", "0x", "0xg", "1e", "1e+", ".", "+", "-", "--1", "+-1", "- 1",
        "1_000", "Infinit", "NaNs", "Infinity1", "0x1.8", "1ä", "0b1", ".e1",
    ])
    func `what is no number is refused where it begins`(_ text: String) {
        let problem = JSON5Reader.read(Array("[ \(text) ]".utf8)).problems.first

        #expect(problem?.cause == .malformedNumber)
        #expect(problem?.position == TextPosition(line: 1, column: 3))
    }

    private func value(_ text: String) -> JSON5Node.Value? {
        JSON5Reader.read(Array(text.utf8)).root?.value
    }
}
