import Base
import Support
import Testing

@testable import Crypto

@Suite struct TicketKeysTests {
    @Test func `a session is resumed, once for each ticket`() throws {
        let bench = try TLSBench()
        let cache = TLSSessionCache()
        let first = try bench.meet(cache: cache).run()
        let held = cache.count

        let second = try bench.meet(cache: cache).run()

        #expect(held == 2)
        #expect(!first.server.isResumed)
        #expect(second.server.isResumed)
        #expect(second.client.isResumed)
        #expect(second.client.peerCertificate?.hosts == ["model.test"])
    }

    @Test(arguments: [(1, true), (2, false)])
    func `a ticket is opened by its key and by the next one's predecessor`(
        _ rotations: Int,
        _ isResumed: Bool
    ) throws {
        let bench = try TLSBench()
        let cache = TLSSessionCache()
        _ = try bench.meet(cache: cache).run()

        for turn in 1...rotations {
            let now = Instant(nanoseconds: TicketKeys.period.count * UInt64(turn))
            bench.tickets.rotate(now: now)
            bench.tickets.rotate(now: now)
        }
        let talk = try bench.meet(cache: cache).run()

        #expect(talk.server.isResumed == isResumed)
        #expect(talk.serverEnd == nil)
    }

    @Test func `keys stay as they are until their time`() {
        let keys = TicketKeys(now: Instant(nanoseconds: 5))
        let before = keys.newest.bytes

        keys.rotate(now: Instant(nanoseconds: 4 + TicketKeys.period.count))

        #expect(keys.newest.bytes == before)
        #expect(before.count == TicketKeys.Key.size)
    }

    @Test func `a ticket is good for another context with the same keys`() throws {
        var bench = try TLSBench()
        let cache = TLSSessionCache()
        _ = try bench.meet(cache: cache).run()
        bench.server = try TLSServer([TLSServer.Identity(bench.pair)])

        #expect(try bench.meet(cache: cache).run().server.isResumed)
    }
}
