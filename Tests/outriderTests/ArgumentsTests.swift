import Testing

@testable import outrider

@Suite struct ArgumentsTests {
    private let syntax = Syntax(
        summary: "",
        operands: "WORD",
        operandCount: 0...2,
        flags: [
            .init(name: "header", placeholder: "H", summary: "", isRepeated: true, letter: "H"),
            .init(name: "data", placeholder: "D", summary: "", letter: "d"),
        ]
    )

    @Test(arguments: [
        ["-H", "a: b", "-d", "x", "word"], ["word", "-Ha: b", "-dx"],
        ["--header=a: b", "--data", "x", "word"],
    ])
    func `a letter stands for its flag, with its value behind it or attached`(
        _ words: [String]
    ) throws {
        let arguments = try Arguments.parse(words, by: syntax)

        #expect(arguments.values(of: "header") == ["a: b"])
        #expect(arguments.value(of: "data") == "x")
        #expect(arguments.operands == ["word"])
    }

    @Test func `a repeated flag keeps every value in order`() throws {
        let arguments = try Arguments.parse(["-H", "a: 1", "-H", "b: 2"], by: syntax)

        #expect(arguments.values(of: "header") == ["a: 1", "b: 2"])
    }

    @Test(arguments: [["-x"], ["-d", "a", "-d", "b"], ["-H"]])
    func `an unknown letter, one given twice or without a value is refused`(_ words: [String]) {
        #expect(throws: UsageError.self) { try Arguments.parse(words, by: syntax) }
    }
}
