import Base
import Testing

@testable import Routing

@Suite struct RewriteTests {
    private func rewritten(_ path: String, _ pattern: String, _ rewrite: String) throws -> String {
        let rewrite = try Rewrite(rewrite, for: PathPattern(pattern))
        let bytes = Array(path.utf8)
        var output = ByteBuffer()
        rewrite.append(bytes.span, to: &output)
        return output.text()
    }

    @Test(arguments: [
        ("/v1/sentiment/a", "/v1/sentiment/**", "/predict", "/predict"),
        ("/v1/sentiment/a/b", "/v1/sentiment/**", "/predict/**", "/predict/a/b"),
        ("/v1/sentiment", "/v1/sentiment/**", "/predict/**", "/predict"),
        ("/v1/sentiment/", "/v1/sentiment/**", "/predict/**", "/predict/"),
        ("/v1/sentiment/a", "/v1/sentiment/**", "/**", "/a"),
        ("/v1/sentiment", "/v1/sentiment/**", "/**", "/"), ("/a", "/**", "/b/**", "/b/a"),
        ("/", "/**", "/b/**", "/b/"), ("", "/**", "/b/**", "/b"),
        ("/m/1.4/x/y", "/m/{version}/**", "/**", "/x/y"),
        ("/a%2Fb/c", "/*/**", "/x/**", "/x/c"), ("/a", "/a", "/", "/"),
        ("/a", "/*", "/b%2Fc", "/b%2Fc"),
    ]) func `what the tail stood for is kept`(
        _ path: String,
        _ pattern: String,
        _ rewrite: String,
        _ forwarded: String
    ) throws {
        #expect(try rewritten(path, pattern, rewrite) == forwarded)
    }

    @Test(arguments: [
        "", "a", "/a/*", "/a/**/b", "/{version}", "/..", "/a?b", "//", "//**", "/a//**", "/%61",
        "*",
        "a/**", "**", "/a**",
    ]) func `a malformed rewrite is refused`(_ text: String) {
        #expect(throws: Rewrite.Failure.notPlain) {
            try Rewrite(text, for: PathPattern("/a/**"))
        }
    }

    @Test func `a tail is kept only where there is one`() {
        #expect(throws: Rewrite.Failure.noTail) { try Rewrite("/b/**", for: PathPattern("/a/*")) }
        #expect(!Rewrite.Failure.allCases.map(\.message).contains(""))
    }

    @Test func `what is forwarded is in normal form too`() throws {
        for path in ["/a", "/a/", "/a/b", "/a/%2F", "/a/...", "/a/b/"] {
            for rewrite in ["/**", "/x/**", "/x/y/**"] {
                let forwarded = try rewritten(path, "/a/**", rewrite)

                #expect(normal(forwarded) == forwarded)
            }
        }
    }
}
