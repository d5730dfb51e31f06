import Base
import Testing

@testable import Routing

@Suite struct HostPatternTests {
    private func failure(_ text: String) -> HostPattern.Failure? {
        do throws(HostPattern.Failure) {
            _ = try HostPattern(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", HostPattern.Failure.empty), ("*.", .empty), (".a", .empty), ("A.b", .upperCase),
        ("a:80", .port), ("a.", .trailingDot), ("*", .star), ("a.*.b", .star), ("*a.b", .star),
        ("a/b", .unknownByte), ("a b", .unknownByte), ("\u{e9}", .unknownByte),
    ]) func `a malformed host is refused`(_ text: String, _ cause: HostPattern.Failure) {
        #expect(failure(text) == cause)
        #expect(!cause.message.isEmpty)
    }

    @Test(arguments: ["a", "a.b-c.d_e", "*.a", "[::1]", "10.0.0.1"])
    func `hosts are read`(_ text: String) {
        #expect(failure(text) == nil)
    }

    @Test(arguments: [
        ("a.b", "a.b"), ("a.b:80", "a.b"), ("a.b.:80", "a.b"), ("a.b.", "a.b"), ("a:", "a"),
        ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("", ""), ("80", "80"), (":80", ""), (".", ""),
    ]) func `an authority is read without port and trailing dot`(_ text: String, _ name: String) {
        let bytes = Array(text.utf8)
        let range = HostPattern.name(bytes.span, in: 0..<bytes.count)

        #expect(String(decoding: bytes[range], as: UTF8.self) == name)
    }

    @Test(arguments: [
        ("a.b", "A.B", true), ("a.b", "a.c", false), ("*.a.b", "x.a.b", true),
        ("*.a.b", "x.y.a.B", true), ("*.a.b", "a.b", false), ("*.a.b", ".a.b", false),
        ("*.a.b", "xa.b", false), ("*.a.b", "b", false),
    ]) func `a host fits or does not`(_ text: String, _ name: String, _ fits: Bool) throws {
        let bytes = Array(name.utf8)
        let matches = try HostPattern(text).matches(bytes.span, 0..<bytes.count)

        #expect(matches == fits)
    }
}
