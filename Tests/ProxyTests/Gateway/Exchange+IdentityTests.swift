import Access
import Base
import Config
import Policy
import Telemetry
import Testing
import Wire

@testable import Proxy

/// The sidecar's side of the signed identity.
@Suite struct ExchangeIdentityTests {
    private static let seconds: Int64 = 1_700_000_000

    private static func token(
        of service: String = "model",
        until expires: Int64 = seconds + 30,
        by key: IdentityKeySettings = .played
    ) throws -> String {
        var claims = IdentityClaims()
        claims.subject = "ann"
        claims.tenant = "acme"
        claims.audience = service
        claims.issuedAt = expires - 30
        claims.expires = expires
        return String(decoding: try IdentitySigner(key).sign(claims), as: UTF8.self)
    }

    /// A request at a sidecar, whose identity has been read.
    private func request(
        _ mode: IdentityConfig.Mode,
        _ tokens: [String],
        upstream: Int = 0,
        at seconds: Int64 = ExchangeIdentityTests.seconds
    ) throws -> PlayedExchange {
        let fields = tokens.map { "x-outrider-identity: \($0)" }
        let played = try PlayedExchange("GET / HTTP/1.1", fields) {
            $0.identity.mode = mode
            $0.identity.keys = [.played]
            $0.outbound = [OutboundConfig()]
        }
        if upstream > 0 { played.exchange.upstream = played.snapshot.upstreams[upstream] }
        played.load()
        played.exchange.record.begin(
            at: played.now,
            wallClock: UInt64(seconds) * 1_000_000_000
        )
        played.exchange.readIdentity(&played.context)
        return played
    }

    private func trusts(_ played: PlayedExchange, peer: Bool) -> Bool {
        played.exchange.isTrusted(peer: peer)
    }

    private static let refused = "reply unauthenticated, finish"

    @Test func `a good identity is believed, whoever brings it`() throws {
        for mode in [IdentityConfig.Mode.verify, .require] {
            let played = try request(mode, [Self.token()])

            #expect(played.begin() == "connect")
            #expect(trusts(played, peer: false))
            #expect(played.exchange.passage.principal?.caller.subject == "ann")
            #expect(played.exchange.passage.principal?.caller.tenant == "acme")
        }
    }

    @Test func `where it is off nobody looks at it`() throws {
        for tokens in [[], ["forged"], [try Self.token()]] {
            let played = try request(.off, tokens)

            #expect(played.begin() == "connect")
            #expect(!trusts(played, peer: false))
            #expect(trusts(played, peer: true))
            #expect(played.exchange.passage.principal == nil)
        }
    }

    @Test func `without one the modes differ`() throws {
        let verified = try request(.verify, [])
        #expect(verified.begin() == "connect")
        #expect(trusts(verified, peer: true))

        let required = try request(.require, [])
        #expect(required.begin() == Self.refused)
        #expect(!trusts(required, peer: true))
        #expect(required.leaks == [0, 0, 0])
    }

    @Test func `a bad one passes neither mode`() throws {
        let good = try Self.token()
        var other = IdentityKeySettings.played
        other.material = .secret([UInt8](repeating: 4, count: 32))
        let bad = [
            ["forged"], [""], [good + "A"], [good, good], [good, "forged"],
            [try Self.token(of: "other")], [try Self.token(of: "")],
            [try Self.token(until: Self.seconds - 3)], [try Self.token(by: other)],
        ]
        for tokens in bad {
            for mode in [IdentityConfig.Mode.verify, .require] {
                let played = try request(mode, tokens)

                #expect(played.begin() == Self.refused, "\(tokens)")
                #expect(played.exchange.passage.principal == nil)
            }
        }
    }

    @Test func `what was good is so until its end, however often it comes`() throws {
        let played = try request(.require, [Self.token()])
        let end = Self.seconds + 30 + IdentityVerifier.leeway
        var verdicts: [Bool] = []

        for seconds in [Self.seconds, end - 1, end, Self.seconds] {
            played.exchange.passage = Passage()
            let wallClock = UInt64(seconds) * 1_000_000_000
            played.exchange.record.begin(at: played.now, wallClock: wallClock)
            played.exchange.readIdentity(&played.context)
            verdicts.append(played.exchange.passage.isVerified)
        }

        #expect(verdicts[0] && !verdicts[2])
    }

    @Test func `a name that only looks alike is nobody's identity`() throws {
        let fields = ["X_Outrider.Identity: \(try Self.token())"]
        let played = try PlayedExchange("GET / HTTP/1.1", fields) {
            $0.identity.mode = .require
            $0.identity.keys = [.played]
        }
        played.exchange.record.begin(
            at: played.now,
            wallClock: UInt64(Self.seconds) * 1_000_000_000
        )
        played.exchange.readIdentity(&played.context)

        #expect(played.begin() == Self.refused)
    }

    @Test func `the way out to other services needs none`() throws {
        let played = try request(.require, [], upstream: 1)

        #expect(played.begin() == "connect")
        #expect(trusts(played, peer: true))
    }
}
