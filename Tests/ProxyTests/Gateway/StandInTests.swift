import Access
import Base
import Config
import Policy
import Routing
import Synchronization
import Telemetry
import Testing
import Wire

@testable import Proxy

/// Which sidecar is asked, which is asked next, and who stands in for all of them.
@Suite struct StandInTests {
    private let key = "x-api-key: \(KeyRecord.key("ann"))"
    private let bob = "x-api-key: \(KeyRecord.key("bob"))"
    private let post = "POST /v1/chat/a"

    private var four: [String] { [key, "content-length: 4"] }

    private func withStandIns(_ names: [String] = ["small"]) -> PlayedGateway {
        PlayedGateway { $0.services[0].rule.fallback = names }
    }

    /// A small request whose head and body have gone to a sidecar.
    private func send(_ played: PlayedGateway) throws {
        try played.ask(post, four)
        #expect(played.send("abcd") == "hold, connect")
        #expect(played.open() == "head, held")
    }

    @Test func `what a sidecar refused goes to another replica`() throws {
        let played = PlayedGateway()
        try send(played)

        #expect(try played.refuse() == "release")
        #expect(played.tell(.timer) == "connect")
        #expect(played.open() == "head, held")

        #expect(Set(played.places).count == 2)
        #expect(played.body == Array("abcd".utf8))
        #expect(played.sent("x-outrider-attempt") == ["2"])
        #expect(try played.respond(200) == "answerHead, reuse, finish")
        #expect(played.record.processed == .yes)
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `two replicas that refuse are enough`() throws {
        let played = PlayedGateway()
        try send(played)
        #expect(try played.refuse() == "release")
        played.tell(.timer)
        played.open()

        #expect(try played.refuse() == "answerHead, reuse, finish")
        #expect(played.got("x-outrider-processed") == ["no"])
        #expect(played.record.processed == .no)
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `without another replica the refusal is the answer`() throws {
        let played = PlayedGateway { $0.routes[0].version = VersionRange("2.0.0") }
        try send(played)

        #expect(try played.refuse(["retry-after: 3"]) == "answerHead, reuse, finish")
        #expect(played.got("retry-after") == ["3"])
        #expect(played.record.attempts == 1)
    }

    @Test(arguments: ["maybe", "yes", "NO", "n", ""])
    func `a POST that may have been processed is not sent again`(_ said: String) throws {
        let played = withStandIns()
        try send(played)

        let words = try played.respond(503, ["content-length: 0", "x-outrider-processed: \(said)"])

        #expect(words == "answerHead, reuse, finish")
        #expect(played.record.attempts == 1)
        #expect(played.record.processed == .yes)
    }

    @Test func `only failures can be unprocessed`() throws {
        let played = PlayedGateway()
        try send(played)

        let words = try played.respond(429, ["content-length: 0", "x-outrider-processed: no"])

        #expect(words == "answerHead, reuse, finish")
    }

    @Test func `a GET goes to another replica when its model failed`() throws {
        let played = PlayedGateway()
        try played.ask()
        played.open()

        #expect(try played.respond(502) == "release")
        #expect(played.tell(.timer) == "connect")
        #expect(Set(played.places).count == 2)
    }

    @Test func `what an earlier model began is not unsaid by a refusal`() throws {
        let played = PlayedGateway()
        try played.ask()
        played.open()
        #expect(try played.respond(502) == "release")
        played.tell(.timer)
        played.open()

        #expect(try played.refuse() == "answerHead, reuse, finish")

        #expect(played.record.processed == .yes)
        #expect(played.got("x-outrider-processed") == ["yes"])
    }

    @Test func `a sidecar that refused is spared for as long as it says`() throws {
        let played = PlayedGateway()
        try send(played)
        let first = played.place
        #expect(try played.refuse(["retry-after: 5"]) == "release")
        played.tell(.timer)
        played.open()
        _ = try played.respond(200)

        var met: Set<String> = []
        for _ in 0..<20 {
            try played.ask()
            met.insert(played.place)
            played.tell(.clientGone)
        }
        #expect(!met.contains(first))
        played.now = played.now.advanced(by: .seconds(5))
        for _ in 0..<20 {
            try played.ask()
            met.insert(played.place)
            played.tell(.clientGone)
        }
        #expect(met.contains(first))
    }

    @Test(arguments: ["draining", "loading", "faulted"])
    func `a sidecar that wants no work gets none while another does`(_ state: String) throws {
        let played = PlayedGateway()
        try played.ask()
        let first = played.place
        played.open()
        let load = "x-outrider-load: in_flight=0, queue=0, limit=4, state=\(state)"
        _ = try played.respond(200, ["content-length: 0", load])

        for _ in 0..<20 {
            try played.ask()
            #expect(played.place != first)
            played.tell(.clientGone)
        }
    }

    @Test func `the sidecar with less to do is asked`() throws {
        let played = PlayedGateway()
        var met: Set<String> = []
        try played.ask()
        let first = played.place
        played.open()
        let load = "x-outrider-load: in_flight=3, queue=9, limit=4, state=busy"
        _ = try played.respond(200, ["content-length: 0", load])

        for _ in 0..<20 {
            try played.ask()
            met.insert(played.place)
            played.tell(.clientGone)
        }
        #expect(met.count == 1)
        #expect(!met.contains(first))
    }

    @Test func `the next in the chain is asked when nobody listens`() throws {
        let played = withStandIns(["@2.0.0", "small"])
        try played.ask()

        #expect(played.tell(.upstreamFailed(.connectRefused)) == "release")
        #expect(played.tell(.timer) == "connect")
        #expect(played.tell(.upstreamFailed(.connectRefused)) == "release, connect")
        #expect(played.place == "chat@2.0.0/0")
        #expect(played.leaks == [1, 1, 0, 1])
        #expect(played.tell(.upstreamFailed(.connectRefused)) == "release, connect")
        #expect(played.place == "small@1.0.0/0")
        played.open()
        #expect(try played.respond(200) == "answerHead, reuse, finish")

        #expect(played.record.service == played.upstream.index)
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `when nobody stands in any more that is told`() throws {
        let played = withStandIns()
        try played.ask()
        played.tell(.upstreamFailed(.connectRefused))
        played.tell(.timer)
        played.tell(.upstreamFailed(.connectTimeout))
        #expect(played.place == "small@1.0.0/0")

        let words = played.tell(.upstreamFailed(.connectRefused))

        #expect(words == "release, reply connect_refused, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `an open breaker sends to who stands in`() throws {
        let played = withStandIns()
        try played.openBreaker(of: "chat@1.0.0")

        #expect(try played.ask() == "connect")
        #expect(played.place == "small@1.0.0/0")
        played.tell(.clientGone)
        try played.openBreaker(of: "small@1.0.0")
        #expect(try played.ask() == "reply breaker_open, finish")
        #expect(played.got("x-outrider-processed") == ["no"])
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `refusals of all replicas send to who stands in`() throws {
        let played = withStandIns()
        try send(played)
        #expect(try played.refuse() == "release")
        played.tell(.timer)
        played.open()

        #expect(try played.refuse() == "release, connect")
        #expect(played.place == "small@1.0.0/0")
        #expect(played.open() == "head, held")
        #expect(played.body == Array("abcd".utf8))
        #expect(played.sent("x-outrider-attempt") == ["3"])
        #expect(try played.respond(200) == "answerHead, reuse, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `who refused is not asked again where no other replica is up`() throws {
        for standIns in [[], ["small"]] {
            let played = withStandIns(standIns)
            try send(played)
            let refused = try #require(played.exchange.grant?.endpoint)
            let now = played.now
            played.upstream.state.withLock { state in
                state.endpoints[1 - refused].health.connectRefused(now: now)
            }

            let words = try played.refuse(["retry-after: 2"])

            #expect(words == (standIns.isEmpty ? "answerHead, reuse, finish" : "release, connect"))
            played.tell(.clientGone)
            #expect(played.leaks == PlayedGateway.nothing)
        }
    }

    @Test func `nobody stands in for a body that is spent`() throws {
        let played = withStandIns()
        try played.ask(post, [key, "transfer-encoding: chunked"])
        played.open()
        #expect(played.send("abcd") == "last")

        #expect(try played.refuse(["retry-after: 7"]) == "answerHead, reuse, finish")
        #expect(played.got("retry-after") == ["7"])
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `nobody stands in once the answer has begun`() throws {
        let played = withStandIns()
        try send(played)
        _ = try played.respond(200, ["content-length: 9"])

        let words = played.tell(.upstreamFailed(.reset))

        #expect(words == "release, release, abort upstream_reset, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `nobody stands in where a POST may have been processed`() throws {
        let played = withStandIns()
        try send(played)

        let words = played.tell(.upstreamFailed(.reset))

        #expect(words == "release, release, reply upstream_reset, finish")
        #expect(played.record.processed == .maybe)
    }

    @Test func `only those stand in whom the caller may use`() throws {
        let played = PlayedGateway {
            $0.services.append(.played("other", ["1.0.0": 1]))
            $0.services[0].rule.fallback = ["other", "small"]
            $0.auth.keys[1].caller.models = [Wildcard("chat"), Wildcard("small")]
        }
        try played.openBreaker(of: "chat@1.0.0")

        #expect(try played.ask("GET /v1/chat/a", [bob]) == "connect")
        #expect(played.place == "small@1.0.0/0")
        played.tell(.clientGone)
        #expect(try played.ask() == "connect")
        #expect(played.place == "other@1.0.0/0")
    }

    @Test func `a refusal is the answer where no one may stand in`() throws {
        let played = PlayedGateway {
            $0.services[0].rule.fallback = ["small"]
            $0.auth.keys[1].caller.models = [Wildcard("chat")]
            $0.routes[0].version = VersionRange("2.0.0")
        }
        try played.ask("GET /v1/chat/a", [bob])
        played.open()

        #expect(try played.refuse(["retry-after: 7"]) == "answerHead, reuse, finish")
        #expect(played.got("retry-after") == ["7"])
    }

    @Test func `a service that is long in coming is stood in for`() throws {
        let played = withStandIns()
        let upstream = try #require(played.snapshot.upstreams.first { $0.name.service == "chat" })
        upstream.state.withLock { state in
            state = UpstreamState(
                upstream.config,
                upstream.endpointMetrics,
                inheriting: [],
                now: played.now
            )
        }

        #expect(try played.ask() == "")
        #expect(played.tell(.timer, after: 9_999) == "")
        #expect(played.tell(.timer, after: 20) == "connect")
        #expect(played.place == "small@1.0.0/0")
        played.tell(.clientGone)
        #expect(played.leaks == PlayedGateway.nothing)
    }

    @Test func `a name that stands for nobody is waited for, but not long`() throws {
        let played = PlayedGateway {
            $0.services[0].versions[0].endpoints = [.dns("chat.local", port: 1)]
        }

        #expect(try played.ask() == "")
        #expect(played.tell(.timer, after: 2_001) == "reply no_healthy_endpoint, finish")
        #expect(played.leaks == PlayedGateway.nothing)
    }
}
