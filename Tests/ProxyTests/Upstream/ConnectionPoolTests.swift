import Base
import Testing

@testable import Proxy

@Suite struct ConnectionPoolTests {
    private let key = PoolKey(upstream: 1, endpoint: 0)
    private let other = PoolKey(upstream: 1, endpoint: 1)

    private func handle(_ bits: UInt64) -> Handle<UpstreamConnection> { Handle(bits: bits) }

    @Test func `the connection used last is taken first`() {
        var pool = ConnectionPool()
        pool.give(handle(1), key)
        pool.give(handle(2), key)

        #expect(pool.take(key) == handle(2))
        #expect(pool.take(key) == handle(1))
        #expect(pool.take(key) == nil)
        #expect(pool.idleCount == 0)
    }

    @Test func `endpoints do not share connections`() {
        var pool = ConnectionPool()
        pool.give(handle(1), key)

        #expect(pool.take(other) == nil)
        #expect(pool.take(PoolKey(upstream: 2, endpoint: 0)) == nil)
        #expect(pool.idleCount == 1)
    }

    @Test func `a closed connection is forgotten, once`() {
        var pool = ConnectionPool()
        pool.give(handle(1), key)
        pool.give(handle(2), key)

        pool.forget(handle(1), key)
        pool.forget(handle(1), key)
        pool.forget(handle(2), other)

        #expect(pool.idleCount == 1)
        #expect(pool.take(key) == handle(2))
    }

    @Test func `the oldest are evicted at every endpoint`() {
        var pool = ConnectionPool()
        for bits in [1, 2, 9] { pool.give(handle(UInt64(bits)), key) }
        pool.give(handle(3), other)

        let evicted = pool.evict { $0.bits < 5 }

        #expect(evicted.map(\.bits) == [1, 2, 3])
        #expect(pool.idleCount == 1)
        #expect(pool.take(key) == handle(9))
    }

    @Test func `shared connections are found in the order of opening until they are not`() {
        var pool = ConnectionPool()
        pool.share(handle(1), key)
        pool.share(handle(2), other)
        pool.share(handle(3), key)

        #expect(pool.shared(key) == [handle(1), handle(3)])
        #expect(pool.sharedCount == 3)
        #expect(pool.take(key) == nil)

        pool.unshare(handle(1))

        #expect(pool.shared(key) == [handle(3)])
        #expect(pool.shared == [handle(2), handle(3)])
    }
}
