import Base
import Testing

@testable import Routing

@Suite struct PathNormaliserTests {
    @Test(arguments: [
        "", "*", "/", "/a", "/a/", "/v1/models/a:b@c!$&'()*+,;=", "/%2F", "/a%2Fb", "/%20/%C3%A9",
        "/...", "/.a", "/a.", "/..a", "/a/...;x", "/;x", "/a;..", "/%25", "/%252E%252E/a",
        "/%3F%23",
        "/~-_.a", "/\"<>^`{|}", "/%2F/a", "/a/%2F",
    ]) func `a path in normal form stays as it is`(_ path: String) {
        let bytes = Array(path.utf8)
        let outcome = PathNormaliser.check(bytes.span, 0..<bytes.count)

        #expect(outcome == .normal)
    }

    @Test(arguments: [
        ("/%61%62", "/ab"), ("/%7euser", "/~user"), ("/a%2db", "/a-b"), ("/%c3%a9", "/%C3%A9"),
        ("/a%2fb", "/a%2Fb"), ("/%2e%2E%2e", "/..."), ("/a%2Eb", "/a.b"), ("/%3a%40", "/%3A%40"),
        ("/%252e", "/%252e"), ("/%5f%30/", "/_0/"), ("/%25%32%65", "/%252e"), ("/A%41a", "/AAa"),
    ]) func `unreserved octets are decoded, digits put in upper case`(
        _ path: String,
        _ form: String
    ) {
        #expect(normal(path) == form)
    }

    @Test(arguments: [
        "/.", "/..", "/a/.", "/a/..", "/../a", "/a/./b", "/a/../b", "/%2e", "/%2E%2e", "/.%2e/a",
        "/%2e./a", "/a/%2e%2e", "/..;", "/..;/a", "/a/..;x=1/b", "/.;/a", "/%2e%2e;/a", "/..%3B/a",
        "/..%3b/a", "/a/..%2Fb", "/a/..%2f..%2fb", "/a%2F..", "/a%2f.%2fb", "/a%2F%2e%2e%2Fb",
        "/a%2F..;b",
    ]) func `dot segments are refused however they are written`(_ path: String) {
        #expect(normal(path) == nil)
    }

    @Test(arguments: [
        "//", "//a", "/a//b", "/a//", "\\a", "/a\\b", "/a%5Cb", "/a%5cb", "/%00", "/a%00.json",
        "/%",
        "/%2", "/%zz", "/%2g", "/%%32%35", "/%u002e", "a", "a/b", "**", "*/", "/a b", "/a\u{7f}",
        "/\u{e9}", "/a?b", "/a#b", "/a\tb",
    ]) func `what servers read in different ways is refused`(_ path: String) {
        #expect(normal(path) == nil)
    }

    @Test(arguments: ["/%C0%AE%C0%AE/a", "/%E0%80%AE/a", "/%c0%afa", "/%F8%80%80%80%AE"])
    func `overlong escapes stay escapes, and are no dots`(_ path: String) throws {
        let form = try #require(normal(path))

        #expect(form == path.replacing("af", with: "AF").replacing("c0", with: "C0"))
    }

    @Test(arguments: 0..<64)
    func `the normal form of any path is its own`(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        let parts = [
            "/", ".", "%2e", "%2E", "%2f", "%5c", "%", "a", "B", "%41", "%7E", ";", "%3b", "..",
            "%25", "2e", "\\", "%00", "*", "%c3%A9", "{", "~",
        ]
        for _ in 0..<500 {
            let count = random.below(12)
            let path = "/" + (0..<count).map { _ in parts[Int(random.below(22))] }.joined()
            guard let form = normal(path) else { continue }
            #expect(normal(form) == form, "\(path)")
        }
    }

    @Test func `only the range is read`() {
        let bytes = Array("GET /%61?%2e".utf8)
        let path = PathNormaliser.check(bytes.span, 4..<8)
        let part = PathNormaliser.check(bytes.span, 4..<6)

        #expect(path == .changed(Array("/a".utf8)))
        #expect(part == .refused)
    }
}
