import Support
import Testing

@testable import Crypto

@Suite struct TLSServerTests {
    @Test(arguments: [
        ("one.test", "one.test"), ("two.test", "two.test"), ("a.two.test", "*.two.test"),
        ("b.a.two.test", "one.test"), ("nobody.test", "one.test"), ("10.0.0.1", "one.test"),
    ]) func `the certificate goes by the name that is asked for (RFC 6066 §3)`(
        _ name: String,
        _ shown: String
    ) throws {
        var bench = try TLSBench(["DNS:one.test"])
        let two = try bench.authority.issue(["DNS:two.test"])
        let wild = try bench.authority.issue(["DNS:*.two.test"])
        bench.server = try TLSServer([bench.pair, two, wild].map { TLSServer.Identity($0) })
        bench.settings.verifies = false

        let talk = try bench.meet(name).run()

        #expect(talk.client.peerCertificate?.hosts == [shown])
    }

    /// A server that asks its clients who they are.
    private func guarded(_ bench: TLSBench, requires: Bool) throws -> TLSServer {
        var identity = TLSServer.Identity(bench.pair)
        identity.clientAuthority = bench.authority.own.chain
        identity.requiresClient = requires
        return try TLSServer([identity])
    }

    @Test(arguments: [true, false])
    func `a client's certificate is asked for and verified`(_ requires: Bool) throws {
        var bench = try TLSBench()
        bench.server = try guarded(bench, requires: requires)
        let client = try bench.authority.issue(["URI:spiffe://mesh/ns/a/sa/b"])
        bench.settings.chain = client.chain
        bench.settings.key = client.key

        let talk = try bench.meet().run()

        #expect(talk.serverEnd == nil)
        #expect(talk.server.peerCertificate?.spiffeID == "spiffe://mesh/ns/a/sa/b")
    }

    @Test func `a client without a certificate is turned away only where it must have one`() throws
    {
        var bench = try TLSBench()
        bench.server = try guarded(bench, requires: true)
        let refused = try bench.meet().run()
        bench.server = try guarded(bench, requires: false)
        let admitted = try bench.meet().run()

        #expect(refused.serverFailure == .certificateMissing)
        #expect(refused.clientFailure == .refusedByPeer)
        #expect(admitted.serverEnd == nil)
        #expect(admitted.server.peerCertificate == nil)
        #expect(!admitted.server.isHandshaking)
    }

    @Test(arguments: [
        (-1, false, TLSFailure.Cause.certificateExpired), (2, true, .certificateUntrusted),
    ])
    func `a bad certificate is refused even where none is needed`(
        _ days: Int,
        _ isStranger: Bool,
        _ cause: TLSFailure.Cause
    ) throws {
        var bench = try TLSBench()
        bench.server = try guarded(bench, requires: false)
        let authority = isStranger ? try TestAuthority("stranger") : bench.authority
        let client = try authority.issue(["DNS:client.test"], days: days)
        bench.settings.chain = client.chain
        bench.settings.key = client.key

        let talk = try bench.meet().run()

        #expect(talk.serverFailure == cause)
    }

    @Test func `a session that was made without a certificate opens no guarded door`() throws {
        var bench = try TLSBench()
        let cache = TLSSessionCache()
        _ = try bench.meet(cache: cache).run()
        bench.server = try guarded(bench, requires: true)

        let talk = try bench.meet(cache: cache).run()

        #expect(!talk.server.isResumed)
        #expect(talk.serverFailure == .certificateMissing)
    }

    @Test func `a version that is too old for a name is refused`() throws {
        var bench = try TLSBench()
        var identity = TLSServer.Identity(bench.pair)
        identity.minimumVersion = .tls13
        bench.server = try TLSServer([identity])

        #expect(try bench.meet().run().server.version == .tls13)
    }

    @Test func `what makes no server says which file is wrong`() throws {
        let bench = try TLSBench()
        let pair = bench.pair
        let other = try bench.authority.issue(["DNS:other.test"])
        let empty = PEMFile(name: "empty.pem", bytes: [])

        #expect(throws: TLSProblem.noCertificate("empty.pem")) {
            try TLSServer([.init(chain: empty, key: pair.key)])
        }
        #expect(throws: TLSProblem.noKey("empty.pem")) {
            try TLSServer([.init(chain: pair.chain, key: empty)])
        }
        #expect(throws: TLSProblem.mismatch(certificate: pair.chain.name, key: other.key.name)) {
            try TLSServer([.init(chain: pair.chain, key: other.key)])
        }
        var identity = TLSServer.Identity(pair)
        identity.clientAuthority = empty
        #expect(throws: TLSProblem.noAuthority("empty.pem")) { try TLSServer([identity]) }
    }
}
