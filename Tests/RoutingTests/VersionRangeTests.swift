import Testing

@testable import Routing

@Suite struct VersionRangeTests {
    @Test(arguments: [
        ("1.4.0", "1.4.0", "1.4.1"), ("=1.4.0", "1.4.0+b", "1.4.1"), ("1.4", "1.4.9", "1.5.0"),
        ("1", "1.99.0", "2.0.0"), ("1.x", "1.0.0", "0.9.0"), ("1.4.X", "1.4.3", "1.3.0"),
        ("1.*", "1.2.0", "2.0.0"), ("^1.4", "1.99.9", "2.0.0"), ("^1.4", "1.4.0", "1.3.9"),
        ("^0.2.3", "0.2.9", "0.3.0"), ("^0.0.3", "0.0.3", "0.0.4"), ("^0.0", "0.0.9", "0.1.0"),
        ("^0", "0.9.0", "1.0.0"), ("^1", "1.0.0", "2.0.0"), ("~1.4.2", "1.4.9", "1.5.0"),
        ("~1.4.2", "1.4.2", "1.4.1"), ("~1.4", "1.4.0", "1.5.0"), ("~1", "1.9.0", "2.0.0"),
        (">=1.2 <2.0", "1.2.0", "2.0.0"), (">=1.2 <2.0", "1.9.9", "1.1.9"),
        (">1", "2.0.0", "1.9.0"),
        (">1.4", "1.5.0", "1.4.9"), (">1.4.0", "1.4.1", "1.4.0"), ("<=1.4", "1.4.9", "1.5.0"),
        ("<=1.4.0", "1.4.0", "1.4.1"), ("<1", "0.9.9", "1.0.0"), (">= 1.2", "1.2.0", "1.1.0"),
        ("  ^1  <1.5 ", "1.4.0", "1.5.0"), (">=1.2<2", "1.3.0", "2.0.0"),
        ("1.4.0-rc.1", "1.4.0-rc.1", "1.4.0"), ("^1.4.0-rc.1", "1.4.0-rc.2", "1.5.0-rc.1"),
        ("^1.4.0-rc.1", "1.5.0", "1.4.0-beta"), (">=1.4.0-a <1.4.1", "1.4.0", "1.4.1-a"),
        ("~1.4.0-rc.1", "1.4.3", "1.5.0-a"), ("^1.4", "1.4.0", "1.4.0-rc.1"),
        ("^1.4", "1.5.0", "2.0.0-a"), ("*", "7.0.0", "7.0.0-a"), ("x", "0.0.0", "0.0.0-0"),
        ("<2", "1.0.0", "2.0.0-a"), ("1.4.0", "1.4.0", "1.4.0-a"),
    ]) func `a range holds one version and not the other`(
        _ range: String,
        _ inside: String,
        _ outside: String
    ) throws {
        let range = try #require(VersionRange(range))
        let inside = try #require(SemanticVersion(inside))
        let outside = try #require(SemanticVersion(outside))

        #expect(range.contains(inside))
        #expect(!range.contains(outside))
    }

    @Test(arguments: [
        "", " ", "latest", "v1", "1.x.2", "^", ">=", "1 ||2", "1 - 2", "==1", "=>1", "><1",
        "1.2.3.4",
        "^1.4-rc", "1.x-a", ">*", "<x", "^4294967295", "01", "1,2", "1\t2", "^1.4.0-01",
        "1.\u{661}", String(repeating: "1 ", count: 200),
    ]) func `a malformed range is refused`(_ text: String) {
        #expect(VersionRange(text) == nil)
    }

    @Test func `the highest version of a range is found in any order`() throws {
        let range = try #require(VersionRange("1.x"))
        let versions = try ["1.2.0", "2.0.0", "1.10.0", "1.9.0", "1.11.0-rc"].map {
            try #require(SemanticVersion($0))
        }

        #expect(range.highest(of: versions) == 2)
        #expect(range.highest(of: []) == nil)
    }

    @Test func `a range is known by its text`() {
        #expect(VersionRange("^1.4") == VersionRange("^1.4"))
        #expect(VersionRange("^1.4") != VersionRange("^1.4.0"))
        #expect(VersionRange("^1.4")?.text == "^1.4")
    }
}
