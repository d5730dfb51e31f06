import Base
import Testing

@testable import Routing

@Suite struct PathPatternTests {
    private func failure(_ text: String) -> PathPattern.Failure? {
        do throws(PathPattern.Failure) {
            _ = try PathPattern(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", PathPattern.Failure.noSlash), ("a", .noSlash), ("**", .noSlash), ("//", .emptySegment),
        ("/a//b", .emptySegment), ("/a*", .starInside), ("/a/b**", .starInside),
        ("/***", .starInside),
        ("/**/a", .tailInside), ("/a/**/", .tailInside), ("/{id}", .unknownBraces),
        ("/v{version}", .unknownBraces), ("/{version}/{version}", .secondVersion),
        ("/..", .notNormal),
        ("/%61", .notNormal), ("/a%2f", .notNormal), ("/a\\b", .notNormal), ("/a b", .notNormal),
        ("/a?b", .notNormal), (String(repeating: "/a", count: 65), .tooManySegments),
    ]) func `a malformed pattern is refused`(_ text: String, _ cause: PathPattern.Failure) {
        #expect(failure(text) == cause)
        #expect(!cause.message.isEmpty)
    }

    @Test(arguments: ["/", "/**", "/a", "/a/", "/*/b", "/{version}/**", "/a%2Fb", "/a:b", "/v1.0"])
    func `patterns are read`(_ text: String) {
        #expect(failure(text) == nil)
    }

    @Test(arguments: [
        ("/", "/", true), ("/", "/a", false), ("/**", "/", true), ("/**", "/a/b", true),
        ("/a/**", "/a", true), ("/a/**", "/a/", true), ("/a/**", "/ab", false),
        ("/a/*", "/a/b", true),
        ("/a/*", "/a/", false), ("/a/*", "/a", false), ("/a/*", "/a/b/c", false),
        ("/a/", "/a", false),
        ("/a/", "/a/", true), ("/*/b/**", "/a/b", true), ("/*/b/**", "/a/c", false),
    ]) func `a pattern fits or does not`(_ text: String, _ path: String, _ fits: Bool) throws {
        let bytes = Array(path.utf8)
        let matches = try PathPattern(text).matches(bytes.span)

        #expect(matches == fits)
    }

    @Test func `the shape tells what is specific`() throws {
        #expect(try PathPattern("/a/*/{version}/**").shape == "=??*")
        #expect(try PathPattern("/a/b").shape == "==")
        #expect(try PathPattern("/a/{version}").versionSegment == 1)
        #expect(try PathPattern("/a/b").isExact)
        #expect(try !PathPattern("/a/**").isExact)
    }
}
