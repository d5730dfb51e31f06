import Testing
import Wire

@testable import Access

@Suite struct CredentialReaderTests {
    @Test(
        arguments: [
            "Authorization: Bearer abc", "authorization: bearer abc",
            "AUTHORIZATION: BEARER   abc", "x-api-key: abc", "X-Api-Key: abc", "api-key: abc",
            "Api-Key:abc", "x-api-key: abc\r\nAuthorization: Bearer abc",
            "api-key: abc\r\nx-api-key: abc\r\nauthorization: Bearer abc",
            "Authorization: Bearer abc\r\nAuthorization: Bearer abc",
        ]
    )
    func `one credential is found wherever it stands`(_ lines: String) throws {
        let head = try #require(Self.head(lines))

        let credential = CredentialReader.read(head: head)

        guard case .one(let range) = credential else {
            Issue.record("\(credential)")
            return
        }
        #expect(head.fields.text(range) == "abc")
    }

    @Test(
        arguments: [
            "x-api-key: abc\r\nAuthorization: Bearer abd", "x-api-key: abc\r\napi-key: ab",
            "Authorization: Bearer abc\r\nAuthorization: Bearer ABC",
            "x-api-key: a\r\nx-api-key: a\r\nx-api-key: b",
        ]
    )
    func `two that differ are a conflict`(_ lines: String) throws {
        let head = try #require(Self.head(lines))

        #expect(CredentialReader.read(head: head) == .conflicting)
    }

    @Test(
        arguments: [
            "Authorization: Basic YTpi", "Authorization: abc", "Authorization: Bearer",
            "Authorization:", "Authorization: Bearer a b", "Authorization: Bearer a,b",
            "Authorization: Bearerabc", "Authorization: Bearer\tabc", "x-api-key:",
            "x-api-key: a b", "api-key: \"a\"", "x-api-key: é", "Authorization: Bearer {\"a\":1}",
            "x-api-key: good\r\nAuthorization: Basic YTpi",
            "Authorization: Negotiate abc", "Authorization: Bearer a;b",
        ]
    )
    func `another scheme or character is malformed`(_ lines: String) throws {
        let head = try #require(Self.head(lines))

        #expect(CredentialReader.read(head: head) == .malformed)
    }

    @Test(
        arguments: [
            "", "x-api-keys: abc", "api_key: abc", "my-api-key: abc", "cookie: api-key=abc",
            "proxy-authorization: Bearer abc",
        ]
    )
    func `other fields carry no credential`(_ lines: String) throws {
        let head = try #require(Self.head(lines))

        #expect(CredentialReader.read(head: head) == .none)
    }

    @Test func `a line that was dropped counts no more`() throws {
        var head = try #require(Self.head("Authorization: Bearer abc"))
        head.fields.drop(.authorization)

        #expect(CredentialReader.read(head: head) == .none)
    }

    static func head(_ lines: String) -> RequestHead? {
        let text = "GET / HTTP/1.1\r\nHost: a\r\n" + (lines.isEmpty ? "" : lines + "\r\n") + "\r\n"
        var head = RequestHead()
        var scanned = 0
        let bytes = Array(text.utf8)
        let end = try? RequestHeadParser().parse(bytes.span, scanned: &scanned, into: &head)
        return end == bytes.count ? head : nil
    }
}
