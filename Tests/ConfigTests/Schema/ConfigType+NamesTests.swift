import Testing

@testable import Config

@Suite struct ConfigTypeNamesTests {
    private let numbers = ConfigType<[(name: String, value: Int)]>
        .named(.integer(0...9), 1...2, placeholder: "NAME") { $0 == "bad" ? "is bad" : nil }

    private func decode<Value>(
        _ text: String,
        as type: ConfigType<Value>
    ) -> (value: Value?, problems: [String]) {
        var decoder = ConfigDecoder(secrets: SecretReader(environment: [:], readFile: { _ in nil }))
        guard let root = JSON5Reader.read(Array(text.utf8)).root else { return (nil, ["?"]) }
        let value = type.decode(root, &decoder)
        return (value, decoder.problems.map(\.message))
    }

    @Test func `members keep their names and their order`() {
        let members = decode("{ b: 1, a: 2 }", as: numbers).value

        #expect(members?.map(\.name) == ["b", "a"] && members?.map(\.value) == [1, 2])
        #expect(members.map { numbers.show($0).line } == #"{"b": 1, "a": 2}"#)
    }

    @Test(arguments: [
        ("{}", "must have 1 to 2 members, not 0"), ("{ bad: 1 }", "is bad"),
        ("[]", "must be an object, not a list"),
        ("{ a: 10 }", "must be a whole number from 0 to 9"),
    ])
    func `names, counts and values are checked`(_ text: String, _ problem: String) {
        let outcome = decode(text, as: numbers)

        #expect(outcome.value == nil)
        #expect(outcome.problems == [problem])
    }

    @Test(arguments: [("5", [5]), ("[5, 6]", [5, 6]), ("null", []), ("[]", [])])
    func `one may stand for a list of one, null for none`(_ text: String, _ values: [Int]) {
        let type = ConfigType<[Int]>.oneOrMore(of: .integer(0...9), 0...4)

        #expect(decode(text, as: type).value == values)
    }

    @Test func `null is not one where one must be`() {
        let type = ConfigType<[Int]>.oneOrMore(of: .integer(0...9), 1...4)

        #expect(decode("null", as: type).value == nil)
    }

    @Test func `a refinement may refuse with a reason`() {
        let even = ConfigType<Int>.integer(0...9).refined(
            { value, node, decoder in
                if value % 2 == 0 { return value / 2 }
                decoder.report(node, "is odd")
                return nil
            },
            show: { .integer($0 * 2) }
        )

        #expect(decode("4", as: even).value == 2)
        #expect(decode("5", as: even).problems == ["is odd"])
    }
}
