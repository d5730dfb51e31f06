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

    private func secret(_ byte: UInt8, until end: Int64? = nil) -> KeyRecord.Secret {
        var secret = KeyRecord.Secret(hash: [UInt8](repeating: byte, count: 32))
        secret.expires = end
        return secret
    }

    @Test func `what is written is read again`() throws {
        var record = KeyRecord(id: "acme")
        record.caller.tenant = "A \"quoted\" tenant"
        record.caller.scopes = ["a", "b"]
        record.caller.models = []
        record.secrets = [secret(1, until: 1_800_000_000), secret(2)]
        record.secrets[1].isRevoked = true
        var file = KeyFile(path: "k")
        try file.add(record)
        try file.add(KeyRecord(id: "bare"))

        guard case .records(let again) = KeyFile.read(Array(file.text.utf8), path: "k") else {
            Issue.record("the text is refused: \(file.text)")
            return
        }

        #expect(again.records == file.records)
        #expect(file.text.hasPrefix("// API keys of a gateway"))
    }

    @Test func `a file without records is read again`() {
        let text = KeyFile(path: "k").text

        guard case .records(let file) = KeyFile.read(Array(text.utf8), path: "k") else {
            Issue.record("the text is refused: \(text)")
            return
        }
        #expect(file.records.isEmpty)
    }

    @Test func `an id is given once`() throws {
        var file = KeyFile(path: "k")
        try file.add(KeyRecord(id: "a"))

        #expect(throws: KeyFile.Failure.taken(id: "a")) { try file.add(KeyRecord(id: "a")) }
        #expect(throws: KeyFile.Failure.malformed(id: "a b")) {
            try file.add(KeyRecord(id: "a b"))
        }
    }

    @Test func `former secrets end after the overlap, or before it if they do`() throws {
        var file = KeyFile(path: "k")
        var record = KeyRecord(id: "a")
        record.secrets = [secret(1), secret(2, until: 150), secret(3, until: 90)]
        try file.add(record)

        try file.rotate("a", to: secret(4), formerEnd: 200, now: 100)

        let secrets = file.records[0].secrets
        #expect(secrets.map { $0.hash[0] } == [1, 2, 4])
        #expect(secrets.map(\.expires) == [200, 150, nil])
    }

    @Test func `a key that is not there is not rotated`() throws {
        var file = KeyFile(path: "k")
        try file.add(KeyRecord(id: "acme"))

        let failure = #expect(throws: KeyFile.Failure.self) {
            try file.rotate("acm", to: secret(1), formerEnd: 2, now: 1)
        }

        #expect(failure?.message == "there is no key \"acm\", did you mean \"acme\"?")
    }

    @Test func `a key has a bounded number of secrets`() throws {
        var file = KeyFile(path: "k")
        try file.add(KeyRecord(id: "a"))
        for byte in 0..<UInt8(KeyFile.Limits.secrets) {
            try file.rotate("a", to: secret(byte), formerEnd: 200, now: 100)
        }

        #expect(throws: KeyFile.Failure.tooManySecrets) {
            try file.rotate("a", to: secret(99), formerEnd: 200, now: 100)
        }
        try file.rotate("a", to: secret(99), formerEnd: 300, now: 200)

        #expect(file.records[0].secrets.count == 2)
    }
}
