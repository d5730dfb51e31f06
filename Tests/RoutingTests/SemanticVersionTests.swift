import Testing

@testable import Routing

@Suite struct SemanticVersionTests {
    @Test func `precedence is that of the specification (SemVer §11)`() throws {
        let order = [
            "0.0.1", "0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
            "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-beta.99999999999999999999999", "1.0.0-rc.1",
            "1.0.0", "1.0.1", "1.2", "1.10.0", "2",
        ]
        let versions = try order.map { try #require(SemanticVersion($0)) }

        #expect(versions.reversed().sorted().map(\.text) == order)
        for (index, version) in versions.enumerated() {
            #expect(versions[..<index].allSatisfy { $0 < version && !(version < $0) })
        }
    }

    @Test func `build metadata and missing parts make no other version`() throws {
        let one = try #require(SemanticVersion("1.4.0+build.007"))
        let other = try #require(SemanticVersion("1.4"))

        #expect(one == other)
        #expect(!(one < other) && !(other < one))
        #expect(Set([one, other]).count == 1)
        #expect(one.text == "1.4.0+build.007")
    }

    @Test(arguments: [
        "", ".", "1.", "1..2", "1.2.3.4", "01", "1.02", "v1", "1.x", "-1", "+1", "1-", "1.0.0-",
        "1+",
        "1.0.0-a..b", "1.0.0-01", "1.0.0-a_b", "1.0.0-\u{e9}", "4294967296", " 1", "1 ",
        "1.0.0+a+b",
    ]) func `a malformed version is refused`(_ text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    @Test(arguments: [
        "1", "1.4", "1.4.0", "1.0.0-0", "1.0.0-0a.-", "1.0.0-a-b+01.c", "4294967295.0.0",
    ])
    func `versions are read`(_ text: String) {
        #expect(SemanticVersion(text)?.text == text)
    }
}
