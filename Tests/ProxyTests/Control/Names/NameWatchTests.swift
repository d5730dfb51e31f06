import Base
import Config
import Reactor
import Testing

@testable import Proxy

@Suite struct NameWatchTests {
    private let name = Address.dns("models.invalid", port: 4_000)
    private let other = Address.dns("models.invalid", port: 5_000)

    @Test func `each name of a host gets its port`() throws {
        var bench = try WatchBench([name, other])
        let hasNews = bench.answer([.ipv4(1, port: 0), .ipv6(2, port: 0)])
        let names = bench.watch.names

        #expect(hasNews)
        #expect(
            names.addresses(of: [name]) == [
                .host("0.0.0.1", port: 4_000), .host("::2", port: 4_000),
            ]
        )
        #expect(names.addresses(of: [other]).map(\.port) == [5_000, 5_000])
    }

    @Test func `a host is asked about again, and order is no news`() throws {
        var bench = try WatchBench([name])
        _ = bench.answer([.ipv4(1, port: 0), .ipv4(2, port: 0)])
        bench.waitForNext()
        let isSame = bench.answer([.ipv4(2, port: 0), .ipv4(1, port: 0)])
        bench.waitForNext()
        let isOther = bench.answer([.ipv4(2, port: 0)])

        #expect(!isSame)
        #expect(isOther)
    }

    @Test func `a name that is lost keeps its addresses`() throws {
        var bench = try WatchBench([name])
        _ = bench.answer([.ipv4(1, port: 0)])
        bench.waitForNext()
        let hasNews = bench.answer(nil)
        let names = bench.watch.names

        #expect(!hasNews)
        #expect(names.addresses(of: [name]).count == 1)
    }

    @Test func `a name that nobody wants is forgotten`() throws {
        var bench = try WatchBench([name])
        _ = bench.answer([.ipv4(1, port: 0)])
        bench.watch.adopt([], &bench.reactor)
        let names = bench.watch.names

        #expect(names.isMissing(in: [name]))
    }

    @Test func `an answer that is late for its name is nobody's`() throws {
        var bench = try WatchBench([name])
        bench.watch.adopt([], &bench.reactor)
        let hasNews = bench.answer([.ipv4(1, port: 0)])

        #expect(!hasNews)
    }
}

/// A watch whose questions the test answers itself.
private struct WatchBench: ~Copyable {
    var watch = NameWatch()
    var reactor: ControlReactor
    private var asked: UInt64 = 0

    init(_ endpoints: [Address]) throws {
        reactor = try ControlReactor()
        watch.adopt(endpoints, &reactor)
    }

    /// Answers the next question; `nil` is a failure.
    mutating func answer(_ addresses: [SocketAddress]?) -> Bool {
        asked += 1
        let asker = asked << 32 | ControlReactor.word(ControlReactor.Kind.nameWatch)
        let result: Result<Resolver.Found, Resolver.Failure> =
            addresses.map { .success(.init(addresses: $0, lifetime: .zero)) }
            ?? .failure(.unavailable)
        return watch.resolved(.init(asker: asker, result: result), now: reactor.now)
    }

    /// Lets the shortest time pass after which a host is asked about again.
    mutating func waitForNext() {
        let timer = reactor.timers.makeTimer(data: 0)
        let end = reactor.now.advanced(by: NameWatch.shortest)
        while reactor.now < end {
            reactor.timers.schedule(timer, at: end)
            _ = reactor.wait()
            _ = reactor.names.take()
            var due: [UInt64] = []
            reactor.takeDue(into: &due)
        }
        watch.refresh(&reactor)
    }
}
