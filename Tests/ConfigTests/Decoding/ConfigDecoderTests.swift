import Testing

@testable import Config

@Suite struct ConfigDecoderTests {
    @Test func `all problems are told at once, in the order of the file`() {
        let text = """
            {
              breaker: { openFr: "5s" },
              limits: { headerCount: 1, uri: 5 },
              service: "",
            }
            """

        let problems = ConfigText(text).problems

        #expect(
            problems == [
                "s.json5:2:14: breaker.openFr: unknown key, did you mean \"openFor\"?",
                "s.json5:3:26: limits.headerCount: must be a whole number from 8 to 4096",
                "s.json5:3:34: limits.uri: must be a size in quotes such as \"64KiB\" or \"1MiB\", "
                    + "not a number",
                "s.json5:4:12: service: must not be empty",
            ]
        )
    }

    @Test func `a repeated key is a problem beside the others`() {
        let problems = ConfigText("{ service: 'a', service: 'b', workers: 0 }").problems

        #expect(problems.count == 2)
        #expect(
            problems.first?.hasPrefix("s.json5:1:17: service: the key was already given") == true
        )
    }

    @Test func `the root must be an object`() {
        #expect(ConfigText("[]").problems == ["s.json5:1:1: must be an object, not a list"])
    }

    @Test func `a file of nothing but mistakes is told in bounds and in time`() {
        let members = (0..<50_000).map { "unknown\($0): 1" }.joined(separator: ",")

        let problems = ConfigText("{\(members)}").problems

        #expect(problems.count == ConfigDecoder.problemLimit + 1)
        #expect(problems.last == "too many problems, the rest is not shown")
    }
}
