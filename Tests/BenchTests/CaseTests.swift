import Base
import Reactor
import Testing

@testable import Bench

@Suite struct CaseTests {
    @Test(arguments: Case.all.map(\.name)) func `a case does what it says`(_ name: String) throws {
        let one = try #require(Case.all.first { $0.name == name })

        one.run(3)
    }

    @Test func `every case has a name of its own`() {
        #expect(Set(Case.all.map(\.name)).count == Case.all.count)
        #expect(Case.all.allSatisfy { !$0.name.utf8.contains(UInt8(ascii: "\t")) })
    }

    @Test(
        arguments: [
            ("/", .bytes(16)), ("/health", .bytes(16)), ("/16k", .bytes(16_384)),
            ("/1m", .bytes(1_048_576)), ("/bytes?n=7", .bytes(7)), ("/bytes?n=-7", .bytes(0)),
            ("/sse", .events(count: 50, every: .milliseconds(20))),
            ("/sse?n=3&ms=4", .events(count: 3, every: .milliseconds(4))),
            ("/sse?n&ms=x", .events(count: 50, every: .milliseconds(20))),
        ] as [(String, ModelPages.Page)]
    )
    func `a path asks for a page`(_ path: String, _ page: ModelPages.Page) {
        #expect(ModelPages.Page(path: path) == page)
    }

    @Test func `a quantile lies where so many are below`() {
        let sorted = (0...100).map { UInt64($0) }

        #expect(Report.quantile(0.5, of: sorted) == 50)
        #expect(Report.quantile(0.99, of: sorted) == 99)
        #expect(Report.quantile(0.5, of: []) == 0)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "Content-Length: 16"),
        ("GET /bytes?n=0 HTTP/1.1\r\nHost: a\r\n\r\n", "Content-Length: 0"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "{\"result\":\"xxx"),
        ("GET /sse?n=2&ms=1 HTTP/1.1\r\nHost: a\r\n\r\n", "0\r\n\r\n"),
    ]) func `the model server answers`(_ request: String, _ expected: String) throws {
        var server = try ModelServer(at: .local(0))
        let client = try Socket.open(to: .local(server.port))
        var output = ByteBuffer()
        output.append(request)
        var input = ByteBuffer()
        var text = ""

        server.turn(upTo: .milliseconds(100))
        #expect(client.send(output) == .transferred(request.utf8.count))
        for _ in 0..<200 where text.utf8.count < expected.utf8.count || !text.contains(expected) {
            server.turn(upTo: .milliseconds(10))
            _ = client.read(into: &input, room: 4_096)
            text = input.withReadable { $0.text(0..<$0.count) }
        }

        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains(expected))
    }
}
