import Testing

@testable import Config

@Suite struct JSON5ProblemTests {
    @Test func `a problem says what was found and what was wanted`() {
        let problem = JSON5Reader.read(Array("{ a: 1; }".utf8)).problems.first

        #expect(problem?.message == "unexpected ';', wanted ',' or '}'")
    }

    @Test func `a repeated key says where it was first`() {
        let problem = JSON5Reader.read(Array("{ a: 1, a: 2 }".utf8)).problems.first

        #expect(problem?.message == "the key was already given in line 1, column 3")
    }
}
