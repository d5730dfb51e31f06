import Access
import Base
import Config
import Testing

@testable import Proxy

/// Key sets and introspection, from a worker's question to what it is told.
@Suite struct LookUpDeskTests {
    private let keys = FetchBench.page(
        """
        {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a",\
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}
        """
    )

    @Test func `a set is fetched at the start, once`() throws {
        var bench = try FetchBench(answering: keys)
        let snapshot = snapshot(issuer: bench.url)
        var desk = LookUpDesk()
        _ = desk.adopt(snapshot, &bench.reactor)
        _ = run(&desk, &bench, for: .milliseconds(300))

        #expect(bench.requests.count == 1)
        #expect(try gateway(snapshot).gatekeeper.keySets[0].current != nil)
    }

    @Test func `all who wait for a set are answered by one fetch`() throws {
        var bench = try FetchBench(answering: keys)
        let snapshot = snapshot(issuer: bench.url)
        var desk = LookUpDesk()
        var replies = desk.adopt(snapshot, &bench.reactor)
        let questions = try (1...3).map { try question($0, .keySet(issuer: 0), snapshot) }
        replies += desk.ask(questions, &bench.reactor)
        #expect(replies.isEmpty)
        replies += run(&desk, &bench, for: .milliseconds(300))

        #expect(replies.map(\.question.exchange) == [1, 2, 3])
        #expect(bench.requests.count == 1)
    }

    @Test func `a new key is worth one more fetch, and then none for a while`() throws {
        var bench = try FetchBench(answering: keys)
        let snapshot = snapshot(issuer: bench.url)
        var desk = LookUpDesk()
        _ = desk.adopt(snapshot, &bench.reactor)
        _ = run(&desk, &bench, for: .milliseconds(200))
        var counts: [Int] = []
        for number in 1...3 {
            var replies = desk.ask(
                [try question(number, .keySet(issuer: 0), snapshot)],
                &bench.reactor
            )
            if replies.isEmpty { replies = run(&desk, &bench, for: .milliseconds(200)) }
            #expect(replies.map(\.question.exchange) == [UInt64(number)])
            counts.append(bench.requests.count)
        }

        #expect(counts == [2, 2, 2])
    }

    @Test(arguments: [
        FetchBench.page("no set"), FetchBench.page("{}", status: 500), "nonsense\r\n\r\n",
    ])
    func `a set that does not come right changes nothing`(_ answer: String) throws {
        var bench = try FetchBench(answering: keys)
        let snapshot = snapshot(issuer: bench.url)
        var desk = LookUpDesk()
        _ = desk.adopt(snapshot, &bench.reactor)
        _ = run(&desk, &bench, for: .milliseconds(200))
        bench.answer = answer
        _ = desk.ask([try question(1, .keySet(issuer: 0), snapshot)], &bench.reactor)
        let replies = run(&desk, &bench, for: .milliseconds(200))

        #expect(replies.count == 1)
        #expect(bench.requests.count == 2)
        #expect(try gateway(snapshot).gatekeeper.keySets[0].current != nil)
    }

    @Test func `a set is not fetched again for a reload`() throws {
        var bench = try FetchBench(answering: keys)
        let first = snapshot(issuer: bench.url)
        var desk = LookUpDesk()
        _ = desk.adopt(first, &bench.reactor)
        _ = run(&desk, &bench, for: .milliseconds(200))
        let second = snapshot(issuer: bench.url, after: first)
        _ = desk.adopt(second, &bench.reactor)
        _ = run(&desk, &bench, for: .milliseconds(200))

        #expect(bench.requests.count == 1)
        #expect(try gateway(second).gatekeeper.keySets[0].current != nil)
    }

    @Test func `who ask about the same token share one request`() throws {
        var bench = try FetchBench(answering: FetchBench.page(#"{"active":true,"sub":"ann"}"#))
        let snapshot = snapshot(introspection: bench.url)
        var desk = LookUpDesk()
        _ = desk.adopt(snapshot, &bench.reactor)
        var questions = try (1...3).map { try question($0, .introspection, snapshot) }
        questions.append(try question(4, .introspection, snapshot, credential: "other"))
        var replies = desk.ask(questions, &bench.reactor)
        replies += run(&desk, &bench, for: .milliseconds(300))

        #expect(Set(replies.map(\.question.exchange)) == [1, 2, 3, 4])
        #expect(bench.requests.count == 2)
        #expect(bench.requests.contains { $0.contains("\r\n\r\ntoken=opaque&") })
        for reply in replies {
            guard case .introspected(.active(let principal)) = reply.answer else {
                Issue.record("\(reply.answer)")
                continue
            }
            #expect(principal.subject == "ann")
        }
    }

    @Test func `an endpoint that does not answer right has failed`() throws {
        var bench = try FetchBench(answering: FetchBench.page("{}", status: 401))
        let snapshot = snapshot(introspection: bench.url)
        var desk = LookUpDesk()
        _ = desk.ask([try question(1, .introspection, snapshot)], &bench.reactor)
        let replies = run(&desk, &bench, for: .milliseconds(200))

        #expect(replies.count == 1)
        guard case .introspected(.failed)? = replies.first?.answer else {
            Issue.record("\(replies)")
            return
        }
    }

    private func snapshot(
        issuer: String? = nil,
        introspection: String? = nil,
        after former: Snapshot? = nil
    ) -> Snapshot {
        var config = GatewayConfig()
        if let issuer {
            var settings = IssuerSettings()
            settings.issuer = "https://id.example"
            settings.keys = .url(issuer)
            config.auth.issuers = [settings]
        }
        if let introspection {
            var settings = IntrospectionSettings()
            settings.url = introspection
            settings.clientID = "outrider"
            config.auth.introspection = settings
        }
        return Snapshot.build(
            .gateway(config),
            after: former,
            cells: MetricCells(version: "0"),
            now: Instant(nanoseconds: 1)
        )
    }

    private func gateway(_ snapshot: Snapshot) throws -> Gateway {
        guard let gateway = snapshot.gateway else { throw NoGateway() }
        return gateway
    }

    private struct NoGateway: Error {}

    private func question(
        _ number: Int,
        _ lookup: Gatekeeper.Lookup,
        _ snapshot: Snapshot,
        credential: String = "opaque"
    ) throws -> LookUpQuestion {
        LookUpQuestion(
            worker: 0,
            exchange: UInt64(number),
            lookup: lookup,
            credential: Array(credential.utf8),
            gateway: try gateway(snapshot)
        )
    }

    private func run(
        _ desk: inout LookUpDesk,
        _ bench: inout FetchBench,
        for time: Nanoseconds
    ) -> [LookUpDesk.Reply] {
        var replies: [LookUpDesk.Reply] = []
        let end = bench.reactor.now.advanced(by: time)
        while bench.reactor.now < end {
            let (events, due) = bench.turn()
            for event in events { replies += desk.ready(event, &bench.reactor) }
            for word in due { replies += desk.timer(word, &bench.reactor) }
            replies += desk.refresh(&bench.reactor)
        }
        return replies
    }
}
