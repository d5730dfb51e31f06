import Access
import Base
import Config
import Telemetry
import Testing

@testable import Proxy
@testable import Routing

@Suite struct KnownCallersTests {
    private let gateway = Gateway(
        .played { $0.routes.append(.played("second", "/second", "small")) },
        after: nil,
        cells: MetricCells(version: "0")
    )
    private let ann = Principal(caller: Caller(subject: "ann", tenant: "acme"))

    @Test func `an identity is used until half its life, then renewed`() throws {
        var callers = KnownCallers()
        var tokens: [[UInt8]] = []
        for seconds: Int64 in [0, 14, 15, 29] {
            let token = callers.identity(of: ann, route: 0, service: 0, gateway, now: seconds)
            tokens.append(try #require(token))
        }

        #expect(tokens[0] == tokens[1])
        #expect(tokens[1] != tokens[2])
        #expect(tokens[2] == tokens[3])
        let verifier = try IdentityVerifier([.played], audience: "chat")
        let (old, new) = (tokens[1], tokens[3])
        let first = try verifier.verify(old.span, nowUnix: 29)
        let last = try verifier.verify(new.span, nowUnix: 44)
        #expect(first.tenant == "acme")
        #expect(last.expires == 45 + IdentityVerifier.leeway)
    }

    @Test func `each caller, service and route has its own`() {
        var callers = KnownCallers()
        let bob = Principal(caller: Caller(subject: "bob"))
        let tokens = [
            callers.identity(of: ann, route: 0, service: 0, gateway, now: 0),
            callers.identity(of: ann, route: 0, service: 1, gateway, now: 0),
            callers.identity(of: ann, route: 1, service: 1, gateway, now: 0),
            callers.identity(of: bob, route: 0, service: 0, gateway, now: 0),
        ]

        #expect(Set(tokens).count == 4)
    }

    @Test func `nothing is signed without a key`() {
        var callers = KnownCallers()
        let mute = Gateway(
            .played { $0.identity.signWith = [] },
            after: nil,
            cells: MetricCells(version: "0")
        )

        #expect(callers.identity(of: ann, route: 0, service: 0, mute, now: 0) == nil)
    }

    @Test func `traits are kept, and of the nameless no name`() {
        var callers = KnownCallers()
        let nameless = Principal(caller: Caller(subject: "anonymous"), isAnonymous: true)

        let traits = callers.traits(of: ann)

        #expect(traits.tenant == Array("acme".utf8))
        #expect(traits.subject == Array("ann".utf8))
        #expect(callers.traits(of: nameless).subject.isEmpty)
    }

    @Test func `more callers than are kept are all served`() {
        var callers = KnownCallers()
        var first: [UInt8]?
        for index in 0...KnownCallers.callersMax {
            let caller = Principal(caller: Caller(subject: "\(index)"))
            let token = callers.identity(of: caller, route: 0, service: 0, gateway, now: 0)
            if index == 0 { first = token }
            if token == nil { Issue.record("caller \(index) is not signed for") }
        }

        #expect(callers.identity(of: ann, route: 0, service: 0, gateway, now: 0) != first)
    }
}
