import Reactor
import Testing

@Suite struct ResolverTests {
    private typealias Answer = Result<Resolver.Found, Resolver.Failure>

    @Test func `a numeric host is its own answer`() throws {
        let answers = try ask(["127.0.0.1", "::1"])

        #expect(try answers[0].get().addresses == [.loopback(80)])
        #expect(try answers[1].get().addresses == [.ipv6(1, port: 80)])
        #expect(try answers[0].get().lifetime == nil)
    }

    @Test func `the local host is on this machine`() throws {
        let answer = try ask(["localhost"])[0]

        let addresses = try answer.get().addresses
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 80 })
    }

    @Test func `a name that cannot be is told as such`() throws {
        // A label holds 63 bytes: nobody needs to be asked.
        let answer = try ask([String(repeating: "x", count: 300)])[0]

        #expect(throws: Resolver.Failure.self) { try answer.get() }
    }

    private func ask(_ hosts: [String]) throws -> [Answer] {
        let resolver = try Resolver()
        let mailbox = try Mailbox<Answer>()
        for host in hosts {
            resolver.resolve(host: host, port: 80) { mailbox.post($0) }
        }
        var answers: [Answer] = []
        while answers.count < hosts.count {
            try waitUntilReadable(mailbox.descriptor)
            mailbox.drain(into: &answers)
        }
        return answers
    }
}
