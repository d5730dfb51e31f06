import Base
import Crypto
import Telemetry
import Testing

@testable import Access

@Suite struct KeyRingTests {
    @Test func `a key is found by its hash`() throws {
        var record = KeyRecord(id: "key-1")
        record.caller.tenant = "acme"
        record.caller.tier = "gold"
        record.caller.scopes = ["b", "a"]
        record.caller.models = [Wildcard("llama-*")]
        record.secrets = [.init(hash: Self.hash(1).bytes)]
        let ring = KeyRing([record])

        let principal = try ring.find(Self.hash(1), nowUnix: 0)

        #expect(principal.subject == "key-1")
        #expect(principal.caller.keyID == "key-1")
        #expect(principal.tenant == "acme")
        #expect(principal.tier == "gold")
        #expect(principal.scopes == ["a", "b"])
        #expect(principal.mayUse("llama-3"))
        #expect(!principal.mayUse("gpt"))
        #expect(principal.expires == nil)
    }

    @Test func `an unknown hash is refused, in an empty ring too`() {
        #expect(throws: KeyRing.Refusal.unknown) { try KeyRing([]).find(Self.hash(1), nowUnix: 0) }
        #expect(throws: KeyRing.Refusal.unknown) {
            try Self.ring(count: 50).find(Self.hash(50), nowUnix: 0)
        }
    }

    @Test func `secrets overlap while a key is rotated`() throws {
        var record = KeyRecord(id: "k")
        var old = KeyRecord.Secret(hash: Self.hash(1).bytes)
        old.expires = 200
        var new = KeyRecord.Secret(hash: Self.hash(2).bytes)
        new.notBefore = 100
        record.secrets = [old, new]
        let ring = KeyRing([record])
        let outcomes = [99, 100, 199, 200].map { now in
            [1, 2].map { Self.outcome(ring, Self.hash($0), now) }
        }

        #expect(
            outcomes == [
                ["k", "notYetValid"], ["k", "k"], ["k", "k"], ["expired", "k"],
            ]
        )
        #expect(try ring.find(Self.hash(1), nowUnix: 0).expires == 200)
    }

    @Test func `a revoked secret is refused at any time`() {
        var record = KeyRecord(id: "k")
        var secret = KeyRecord.Secret(hash: Self.hash(1).bytes)
        secret.isRevoked = true
        record.secrets = [secret]

        #expect(Self.outcome(KeyRing([record]), Self.hash(1), 0) == "revoked")
    }

    @Test func `every one of many keys is found`() {
        let ring = Self.ring(count: 5_000)

        let found = (0..<5_000).count { Self.outcome(ring, Self.hash($0), 0) == "key-\($0)" }

        #expect(ring.count == 5_000)
        #expect(found == 5_000)
    }

    @Test func `hashes whose first words collide are told apart`() {
        let hashes = (0..<4).map { last in
            SHA256Value(([UInt8](repeating: 7, count: 31) + [UInt8(last)]).span)
        }.compactMap { $0 }
        let records = hashes.dropLast().enumerated().map { index, hash in
            var record = KeyRecord(id: "\(index)")
            record.secrets = [.init(hash: hash.bytes)]
            return record
        }
        let ring = KeyRing(records)

        #expect(hashes.map { Self.outcome(ring, $0, 0) } == ["0", "1", "2", "unknown"])
    }

    @Test func `a hash of another size never fits anything`() {
        var record = KeyRecord(id: "k")
        record.secrets = [.init(hash: []), .init(hash: [1, 2, 3])]

        #expect(KeyRing([record]).count == 0)
    }

    private static func outcome(_ ring: KeyRing, _ hash: SHA256Value, _ now: Int64) -> String {
        do throws(KeyRing.Refusal) {
            return try ring.find(hash, nowUnix: now).subject
        } catch {
            return "\(error)"
        }
    }

    static func ring(count: Int) -> KeyRing {
        KeyRing(
            (0..<count).map { index in
                var record = KeyRecord(id: "key-\(index)")
                record.secrets = [.init(hash: hash(index).bytes)]
                return record
            }
        )
    }

    static func hash(_ number: Int) -> SHA256Value {
        var hasher = Hasher256()
        let bytes = Array("\(number)".utf8)
        return hasher.hash(bytes.span)
    }
}
