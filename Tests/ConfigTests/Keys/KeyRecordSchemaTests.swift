import Access
import Testing

@testable import Config

@Suite struct KeyRecordSchemaTests {
    @Test func `a hash is written as it is read`() {
        let text = "sha256:" + String(repeating: "0123456789abcdef", count: 4)

        let bytes = SecretHash.bytes(of: text)

        #expect(bytes?.count == 32)
        #expect(bytes.map { SecretHash.text(of: $0) } == text)
    }

    @Test(arguments: [
        "", "sha256:", "sha256:00", "sha512:" + String(repeating: "0", count: 64),
        "sha256:" + String(repeating: "g", count: 64),
        "sha256:" + String(repeating: "0", count: 66),
    ])
    func `anything else is no hash`(_ text: String) {
        #expect(SecretHash.bytes(of: text) == nil)
    }

    @Test(arguments: [
        ("hash: 'x'", "keys[0].secrets[0].hash: must be \"sha256:\" and 64 hexadecimal digits"),
        (
            "expires: 'tomorrow'",
            "keys[0].secrets[0].expires: must be a time such as \"2026-01-31T00:00:00Z\""
        ),
        (
            "state: 'activ'",
            "keys[0].secrets[0].state: \"activ\" is not a state, did you mean \"active\"?"
        ),
    ])
    func `a bad secret is told at its key`(_ member: String, _ problem: String) {
        let hash = "hash: 'sha256:" + String(repeating: "0", count: 64) + "'"
        let members = member.hasPrefix("hash") ? member : hash + ", " + member

        let keys = "{ keys: [{ id: 'a', secrets: [{ \(members) }] }] }"

        #expect(GatewayText.config(keys: keys).problems.map { $0.hasSuffix(problem) } == [true])
    }
}
