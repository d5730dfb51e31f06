import Access
import Base
import Testing

@testable import Config

@Suite struct KeyFileTests {
    private static let hash = "sha256:" + String(repeating: "0a", count: 32)

    @Test func `a record is read with everything it may say`() throws {
        let keys = """
            { keys: [{
                id: "acme-1", tenant: "acme", tier: "gold", scopes: ["a", "b"], models: ["llama-*"],
                secrets: [
                  { hash: "\(Self.hash)", notBefore: "2026-01-01T00:00:00Z", expires: "2027-01-01",
                    state: "revoked" },
                ],
            }] }
            """

        let record = try #require(try GatewayText.config(keys: keys).gateway().auth.keys.first)

        #expect(record.id == "acme-1" && record.caller.tenant == "acme")
        #expect(record.caller.tier == "gold" && record.caller.scopes == ["a", "b"])
        #expect(record.caller.models?.map(\.text) == ["llama-*"])
        let secret = try #require(record.secrets.first)
        #expect(secret.hash == [UInt8](repeating: 10, count: 32))
        #expect(secret.notBefore == 1_767_225_600 && secret.expires == 1_798_761_600)
        #expect(secret.isRevoked)
    }

    @Test(arguments: [
        ("{ keys: [{ tenant: 't' }] }", "keys.json5:1:10: keys[0]: lacks the key \"id\""),
        ("{\n keys: [{ id: 5 }] }", "keys.json5:2:15: keys[0].id: must be a string, not a number"),
        (
            "{ keys: [{ id: 'a' }, { id: 'a' }] }",
            "keys.json5:1:25: keys[1].id: \"a\" is taken"
        ),
        (
            "{ keys: [{ id: 'a', secrets: { hash: '\(hash)' } },\n"
                + "{ id: 'b', secrets: [{ hash: '\(hash)' }] }] }",
            "keys.json5:2:24: keys[1].secrets[0].hash: another secret has the same hash"
        ),
        (
            "{ keys: [{ id: 'a b' }] }",
            "keys.json5:1:16: keys[0].id: \"a b\" is not an id; letters, digits and -_. are"
        ),
        ("{", "keys.json5:1:1: the object that begins here is never closed"),
    ])
    func `a problem of the records names its place in their file`(
        _ keys: String,
        _ problem: String
    ) {
        #expect(GatewayText.config(keys: keys).problems == [problem])
    }

    @Test func `a file that cannot be read is a problem of the configuration`() {
        let problems = ConfigText("{ routes: [], auth: { apiKeys: { file: 'none' } } }").problems

        #expect(problems == ["s.json5:1:32: auth.apiKeys: the file none cannot be read"])
    }

    @Test func `the path may stand alone`() throws {
        let config = try GatewayText.access("apiKeys: 'keys.json5'").gateway()

        #expect(config.keyFile?.path == "keys.json5")
    }

    @Test func `a file of many records is larger than a configuration may be`() throws {
        let records = (0..<10_000).map { index in
            let digits = String(index, radix: 16)
            let hash = String(repeating: "0", count: 64 - digits.count) + digits
            return "{ id: 'key-\(index)', tenant: 'tenant', secrets: [{ hash: 'sha256:\(hash)' }] }"
        }
        let bytes = Array("{ keys: [\(records.joined(separator: ",\n"))] }".utf8)

        guard case .records(let file) = KeyFile.read(bytes, path: "k") else {
            Issue.record("the records are refused")
            return
        }

        #expect(bytes.count > JSON5Reader.Limits.size.bytes)
        #expect(file.records.count == 10_000)
    }
}
