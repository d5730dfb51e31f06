import Base
import Testing

@testable import Wire

@Suite struct AuthorityTests {
    private func isValid(_ text: String) -> Bool {
        let bytes = latin1(text)
        return Authority.isValid(bytes.span, 0..<bytes.count)
    }

    @Test(arguments: [
        "a", "a.example.com:8080", "127.0.0.1:1", "[::1]", "[fe80::1]:65535", "a:", "a%20b",
        "0.0.0.0=5000", "under_score", "a-very-long-host-name.models.svc.cluster.local:8080",
    ]) func `a host with or without port is valid (RFC 3986 §3.2)`(_ text: String) {
        #expect(isValid(text))
    }

    @Test(arguments: [
        "", ":80", "a:b", "a:65536", "a:123456", "a:1:2", "a@b", "a b", "a/b", "a?b", "a#b",
        "[::1", "[::1]x", "[]", "[a]", "[::g]", "::1", "a%2", "a%zz", "caf\u{e9}", "a,b:x", "<a>",
        "a\\b", "a-very-long-host-name.models.svc/cluster.local",
    ]) func `anything else is refused`(_ text: String) {
        #expect(!isValid(text))
    }
}
