import Base
import Testing

@testable import Proxy

@Suite struct FetcherTests {
    @Test func `an answer comes whole and names its question`() throws {
        var bench = try FetchBench(answering: FetchBench.page("keys"))
        let endings = try fetch(&bench)

        #expect(
            endings == [.init(tag: 7, outcome: .answered(status: 200, body: Array("keys".utf8)))]
        )
        let request = bench.requests[0]
        #expect(request.hasPrefix("GET /set?a=b HTTP/1.1\r\nhost: 127.0.0.1:"))
        #expect(request.contains("\r\nconnection: close\r\n"))
    }

    @Test func `a form is posted with who asks`() throws {
        var bench = try FetchBench(answering: FetchBench.page("{}", status: 403))
        let endings = try fetch(&bench) { request in
            request.form = Array("token=a&token_type_hint=access_token".utf8)
            request.authorization = Array("Basic abc".utf8)
        }

        #expect(endings.first?.outcome == .answered(status: 403, body: Array("{}".utf8)))
        let request = bench.requests[0]
        #expect(request.hasPrefix("POST /set?a=b HTTP/1.1\r\n"))
        #expect(request.contains("\r\nauthorization: Basic abc\r\n"))
        #expect(request.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"))
        #expect(request.contains("\r\ncontent-length: 36\r\n"))
    }

    @Test(arguments: [
        "HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\nshort",
        "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n",
        "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nz\r\n",
        "HTTP/1.1 200 X\r\n\r\n" + String(repeating: "x", count: 101),
        "HTTP/1.1 200 X\r\nconten", "hello\r\n\r\n",
    ])
    func `what is cut short, too large or no answer is none`(_ answer: String) throws {
        var bench = try FetchBench(answering: answer)
        let endings = try fetch(&bench) { $0.limit = 100 }

        guard case .failed? = endings.first?.outcome else {
            Issue.record("\(endings)")
            return
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 X\r\n\r\n", "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n64\r\n",
    ])
    func `an answer just as large as it may be is whole`(_ head: String) throws {
        let body = String(repeating: "x", count: 100)
        let isChunked = head.hasSuffix("64\r\n")
        var bench = try FetchBench(answering: head + body + (isChunked ? "\r\n0\r\n\r\n" : ""))
        let endings = try fetch(&bench) { $0.limit = 100 }

        #expect(endings.first?.outcome == .answered(status: 200, body: Array(body.utf8)))
    }

    @Test func `nobody there is a failure`() throws {
        var bench = try FetchBench(answering: nil)
        let endings = try fetch(&bench) { request in
            if let url = FetchURL("http://127.0.0.1:1/") { request.url = url }
        }

        #expect(endings.count == 1)
        #expect(endings.first?.outcome != .answered(status: 200, body: []))
    }

    @Test func `silence ends`() throws {
        var bench = try FetchBench(answering: nil)
        let begun = bench.reactor.now
        let endings = try fetch(&bench)

        #expect(endings.first?.outcome == .failed("no answer in time"))
        #expect(bench.reactor.now.since(begun) >= Fetcher.timeout)
    }

    @Test func `what is asked at once and waits is bounded`() throws {
        var bench = try FetchBench(answering: FetchBench.page("x"))
        var fetcher = Fetcher()
        let bound = Fetcher.underWayMax + Fetcher.waitingMax
        for tag in 0...bound {
            fetcher.fetch(try request(bench.url), tag: UInt64(tag), &bench.reactor)
        }
        var endings = fetcher.takeEndings()
        #expect(
            endings == [.init(tag: UInt64(bound), outcome: .failed("too much is being fetched"))]
        )

        let patience = bench.reactor.now.advanced(by: .seconds(10))
        while endings.count <= bound, bench.reactor.now < patience {
            run(&fetcher, &bench)
            endings += fetcher.takeEndings()
        }

        #expect(Set(endings.map(\.tag)).count == bound + 1)
        let good = Fetcher.Outcome.answered(status: 200, body: Array("x".utf8))
        #expect(endings.dropFirst().allSatisfy { $0.outcome == good })
    }

    private func request(_ url: String) throws -> Fetcher.Request {
        Fetcher.Request(url: try #require(FetchURL(url)), limit: 1_000)
    }

    private func fetch(
        _ bench: inout FetchBench,
        _ change: (inout Fetcher.Request) -> Void = { _ in }
    ) throws -> [Fetcher.Ending] {
        var request = try request(bench.url)
        change(&request)
        var fetcher = Fetcher()
        fetcher.fetch(request, tag: 7, &bench.reactor)
        let patience = bench.reactor.now.advanced(by: .seconds(10))
        while bench.reactor.now < patience {
            let endings = fetcher.takeEndings()
            if !endings.isEmpty { return endings }
            run(&fetcher, &bench)
        }
        return []
    }

    private func run(_ fetcher: inout Fetcher, _ bench: inout FetchBench) {
        let (events, due) = bench.turn()
        for event in events { fetcher.ready(event, &bench.reactor) }
        for word in due { fetcher.timer(word, &bench.reactor) }
    }
}
