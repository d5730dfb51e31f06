import Access
import Testing

@testable import Config

@Suite struct IdentitySchemaTests {
    private static let secret = "0123456789abcdef0123456789abcdef"
    private static let key = String(PEMSamples.privateKey.dropLast())
    private static let publicKey = String(PEMSamples.publicKey.dropLast())

    private func config(_ keys: String) -> ConfigText {
        ConfigText(
            "{ identity: { mode: 'require', keys: \(keys) } }",
            environment: ["SECRET": Self.secret, "KEY": Self.key],
            files: ["/public.pem": Array(Self.publicKey.utf8)]
        )
    }

    @Test(arguments: [
        ("{ env: 'SECRET' }", "", IdentityKeySettings.Material.secret(Array(secret.utf8))),
        ("{ env: 'KEY' }", "", .privateKey(key)),
        ("{ file: '/public.pem' }", "", .publicKey(publicKey)),
        ("'\(secret)'", "", .secret(Array(secret.utf8))),
        ("{ id: 'a', secret: { env: 'SECRET' } }", "a", .secret(Array(secret.utf8))),
        ("{ id: 'b', key: { env: 'KEY' } }", "b", .privateKey(key)),
        ("{ id: 'c', publicKey: { file: '/public.pem' } }", "c", .publicKey(publicKey)),
    ])
    func `a key is told by its form, or by its name`(
        _ text: String,
        _ id: String,
        _ material: IdentityKeySettings.Material
    ) throws {
        let alone = try config(text).sidecar().identity
        let listed = try config("[\(text)]").sidecar().identity

        #expect(alone.mode == .require)
        #expect(alone.keys == [IdentityKeySettings(id: id, material: material)])
        #expect(listed.keys == alone.keys)
    }

    @Test(arguments: [
        ("'short'", "identity.keys: a secret must be at least 32 bytes long"),
        ("[{ secret: 'short' }]", "identity.keys[0]: a secret must be at least 32 bytes long"),
        ("{ id: 'a' }", "identity.keys: must have one of secret, key and publicKey"),
        (
            "{ secret: '\(secret)', key: 'x' }",
            "identity.keys: must have one of secret, key and publicKey"
        ),
        (
            "{ key: { file: '/public.pem' } }",
            "identity.keys: this is not an unencrypted Ed25519 private key in PEM"
        ),
        (
            "{ publicKey: { env: 'KEY' } }",
            "identity.keys: this is not an Ed25519 public key in PEM"
        ),
        ("{ env: 'NONE' }", "identity.keys: the environment has no variable NONE"),
        ("[]", "identity.mode: \"require\" needs identity.keys"),
    ])
    func `a bad key is told without a secret in it`(_ text: String, _ problem: String) {
        let problems = config(text).problems

        #expect(problems.map { $0.hasSuffix(": " + problem) } == [true], "\(problems)")
    }

    @Test func `keys are never shown`() throws {
        let text = try config("[{ env: 'SECRET' }, { id: 'b', key: { env: 'KEY' } }]").load()
            .effective.text

        #expect(!text.contains(Self.secret) && !text.contains("MC4C"))
        #expect(text.contains("\"id\": \"b\""))
    }

    @Test func `the files of keys are told, so that they can be watched`() throws {
        #expect(try config("{ file: '/public.pem' }").load().files == ["/public.pem"])
    }
}
