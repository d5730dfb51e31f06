import Base
import Testing

@testable import Access

@Suite struct IntrospectionTests {
    @Test(
        arguments: [
            ("abc-._", "abc-._"), ("a+b/c=", "a%2Bb%2Fc%3D"), ("a&b~", "a%26b%7E"),
        ]
    )
    func `the form asks about the token alone`(_ token: String, _ encoded: String) {
        var output = ByteBuffer()
        let bytes = Array(token.utf8)

        Introspection.appendBody(bytes.span, to: &output)

        let text = output.text()
        #expect(text == "token=\(encoded)&token_type_hint=access_token")
    }

    @Test(
        arguments: [
            ("id", "secret", "Basic aWQ6c2VjcmV0"), ("a", "", "Basic YTo="),
            ("a:b", "ü?>", "Basic YSUzQWI6JUMzJUJDJTNGJTNF"), ("", "", "Basic Og=="),
        ]
    )
    func `id and secret are form-encoded (RFC 6749 §2.3.1)`(
        _ id: String,
        _ secret: String,
        _ expected: String
    ) {
        var settings = IntrospectionSettings()
        settings.clientID = id
        settings.clientSecret = secret
        var output = ByteBuffer()

        Introspection.appendAuthorization(settings, to: &output)

        let text = output.text()
        #expect(text == expected)
    }

    @Test(
        arguments: [
            (#"{"active":true,"sub":"ann"}"#, "ann"),
            (#"{"active":true,"username":"bob"}"#, "bob"),
            (#"{"active":true,"client_id":"c","sub":"ann"}"#, "ann"),
            (#"{"active":true,"client_id":"c"}"#, "c"), (#"{"active":true}"#, ""),
            (#"{"active":true,"sub":"a","exp":1700000001}"#, "a"),
            (#"{"active":true,"exp":1700000000}"#, "inactive"),
            (#"{"active":true,"nbf":1700000001}"#, "inactive"),
            (#"{"active":false,"sub":"ann"}"#, "inactive"), (#"{"active":"true"}"#, "failed"),
            (#"{"active":1}"#, "failed"), (#"{}"#, "failed"), ("", "failed"), ("[]", "failed"),
            (#"{"active":false,"active":true}"#, "failed"),
            (#"{"active":true,"exp":"1"}"#, "failed"), (#"{"active":true,"sub":1}"#, "failed"),
        ]
    )
    func `an answer is active, inactive or none`(_ answer: String, _ expected: String) {
        let bytes = Array(answer.utf8)
        let read = Introspection.parse(answer: bytes.span, .init(), nowUnix: TokenBench.now)

        let outcome =
            switch read {
            case .active(let principal): principal.subject
            case .inactive: "inactive"
            case .failed: "failed"
            }
        #expect(outcome == expected)
    }

    @Test func `an answer is bounded`() {
        let bytes = Array(#"{"active":true}"#.utf8) + [UInt8](repeating: 32, count: 65_536)
        let read = Introspection.parse(answer: bytes.span, .init(), nowUnix: 0)

        guard case .failed = read else {
            Issue.record("\(read)")
            return
        }
    }
}
