import Routing
import Testing

@testable import Config

@Suite struct ServiceEntryTests {
    private func problems(_ members: String) -> [String] {
        ConfigText("{ services: { a: { \(members) } } }").problems
    }

    private static let two = "versions: { '1.4': { endpoints: 'h:1' }, '2': { endpoints: 'h:2' } }"

    @Test(arguments: [
        ("", "services.a: says nowhere where it is: give it endpoints, or versions"),
        (two, "services.a.versions: several need split or stable beside them"),
        (
            two + ", endpoints: 'h:3', stable: '2'",
            "services.a.endpoints: versions say where the service is already"
        ),
        (
            two + ", stable: '2', split: { '2': 100 }",
            "services.a.stable: must not stand beside split"
        ),
        (two + ", stable: '3'", "services.a.stable: there is no version \"3\"; there are 1.4, 2"),
        (
            two + ", split: { '1.5': 100 }",
            "services.a.split: there is no version \"1.5\"; there are 1.4, 2"
        ),
        (
            two + ", split: { '1.4': 90, '2': 5 }",
            "services.a.split: must be 100 together, not 95"
        ),
        (
            "versions: { '1': { endpoints: 'h:1' }, '1.0.0': { endpoints: 'h:2' } }, stable: '1'",
            "services.a.versions: \"1\" and \"1.0.0\" are the same version"
        ),
        (
            "versions: { 'new': { endpoints: 'h:1' } }",
            "services.a.versions.new: \"new\" is not a version such as 1.4.0"
        ),
        (
            "versions: { '1.0': {} }",
            "services.a.versions[\"1.0\"]: lacks the key \"endpoints\""
        ),
    ])
    func `versions that contradict each other are told`(_ members: String, _ problem: String) {
        let problems = problems(members)

        #expect(problems.map { $0.hasSuffix(": " + problem) } == [true], "\(problems)")
    }

    @Test func `a version may be written shorter where it is referred to`() throws {
        let stable = Self.two + ", stable: '1.4.0'"
        let split = Self.two + ", split: { '2.0.0': 100 }"

        let rules = try [stable, split].map { members in
            try ConfigText("{ services: { a: { \(members) } } }").gateway().services[0].rule
        }

        #expect(rules[0].split == .stable(rules[0].versions[0]))
        #expect(rules[1].split == .percent([0, 100]))
    }

    @Test func `thirds that make a whole are taken`() throws {
        let versions = ["1", "2", "3"].map { "'\($0)': { endpoints: 'h:\($0)' }" }
        let members =
            "versions: { \(versions.joined(separator: ", ")) }, "
            + "split: { '1': 33.3, '2': 33.3, '3': 33.4 }"

        #expect(problems(members).isEmpty)
    }

    @Test func `prereleases come before their release`() throws {
        let versions = ["2.0.0", "2.0.0-rc.1", "1.9.0"].map { "'\($0)': { endpoints: 'h:1' }" }
        let members = "versions: { \(versions.joined(separator: ", ")) }, stable: '2.0.0'"

        let rule = try ConfigText("{ services: { a: { \(members) } } }").gateway().services[0].rule

        #expect(rule.versions.map(\.text) == ["1.9.0", "2.0.0-rc.1", "2.0.0"])
    }
}
