import Testing

@testable import Config

@Suite struct ConfigProblemTests {
    @Test(arguments: [
        (
            ConfigOrigin.file(name: "s.json5", TextPosition(line: 14, column: 7)),
            "s.json5:14:7: a.b: no"
        ),
        (.environment(variable: "OUTRIDER_LISTEN"), "OUTRIDER_LISTEN: a.b: no"),
        (.flag(name: "listen"), "--listen: a.b: no"),
        (.builtIn, "a.b: no"),
    ])
    func `a problem names its place first`(_ origin: ConfigOrigin, _ text: String) {
        #expect(ConfigProblem(origin: origin, keyPath: "a.b", message: "no").description == text)
    }

    @Test func `a problem is one line, whatever the file holds`() {
        let problem = ConfigProblem(origin: .builtIn, keyPath: "a\n\u{1b}[2J", message: "no")

        #expect(!problem.description.unicodeScalars.contains { $0.value < 32 })
    }
}
