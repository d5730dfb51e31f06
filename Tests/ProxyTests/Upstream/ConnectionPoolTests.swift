import Base
import Testing

@testable import Proxy

@Suite struct ConnectionPoolTests {
    private let key = PoolKey(upstream: 1, endpoint: 0)
    private let other = PoolKey(upstream: 1, endpoint: 1)

    private func handle(_ bits: UInt64) -> Handle<UpstreamConnection> { Handle(bits: bits) }

    @Test func `the connection used last is taken first`() {
        var pool = ConnectionPool(capacity: 4)
        pool.give(handle(1), key)
        pool.give(handle(2), key)
        let taken = [pool.take(key), pool.take(key), pool.take(key)]
        let left = pool.idleCount

        #expect(taken == [handle(2), handle(1), nil])
        #expect(left == 0)
    }

    @Test func `endpoints do not share connections`() {
        var pool = ConnectionPool(capacity: 4)
        pool.give(handle(1), key)
        let taken = [pool.take(other), pool.take(PoolKey(upstream: 2, endpoint: 0))]
        let left = pool.idleCount

        #expect(taken == [nil, nil])
        #expect(left == 1)
    }

    @Test func `endpoints that take turns find their own`() {
        var pool = ConnectionPool(capacity: 4)
        for bits: UInt64 in 1...3 {
            pool.give(handle(bits), key)
            pool.give(handle(bits + 10), other)
        }
        let taken = [pool.take(other), pool.take(key), pool.take(other), pool.take(key)]

        #expect(taken == [handle(13), handle(3), handle(12), handle(2)])
    }

    @Test func `a closed connection is forgotten, once`() {
        var pool = ConnectionPool(capacity: 4)
        pool.give(handle(1), key)
        pool.give(handle(2), key)

        pool.forget(handle(1), key)
        pool.forget(handle(1), key)
        pool.forget(handle(2), other)
        let left = pool.idleCount
        let taken = pool.take(key)

        #expect(left == 1)
        #expect(taken == handle(2))
    }

    @Test func `the oldest are evicted at every endpoint`() {
        var pool = ConnectionPool(capacity: 4)
        for bits in [1, 2, 9] { pool.give(handle(UInt64(bits)), key) }
        pool.give(handle(3), other)

        let evicted = pool.evict { $0.bits < 5 }
        let left = pool.idleCount
        let taken = [pool.take(other), pool.take(key)]

        #expect(evicted.map(\.bits) == [1, 2, 3])
        #expect(left == 1)
        #expect(taken == [nil, handle(9)])
    }

    @Test func `the coldest of an upstream is taken at its first endpoint`() {
        var pool = ConnectionPool(capacity: 4)
        pool.give(handle(7), PoolKey(upstream: 2, endpoint: 0))
        for bits: UInt64 in 1...2 { pool.give(handle(bits), key) }
        let taken = [pool.takeColdest(of: 1), pool.takeColdest(of: 1), pool.takeColdest(of: 1)]
        let left = pool.idleCount

        #expect(taken == [handle(1), handle(2), nil])
        #expect(left == 1)
    }

    @Test func `endpoints without connections make room for others`() {
        var pool = ConnectionPool(capacity: 2)
        var taken: [Handle<UpstreamConnection>?] = []
        for endpoint in 0..<10 {
            let key = PoolKey(upstream: 1, endpoint: endpoint)
            pool.give(handle(UInt64(endpoint)), key)
            taken.append(pool.take(key))
        }

        #expect(taken == (0..<10).map { handle($0) })
    }

    @Test func `shared connections are found in the order of opening until they are not`() {
        var pool = ConnectionPool(capacity: 4)
        pool.share(handle(1), key)
        pool.share(handle(2), other)
        pool.share(handle(3), key)
        let (found, count, taken) = (pool.shared(key), pool.sharedCount, pool.take(key))
        pool.unshare(handle(1))
        let (left, all) = (pool.shared(key), pool.shared)

        #expect(found == [handle(1), handle(3)])
        #expect(count == 3)
        #expect(taken == nil)
        #expect(left == [handle(3)])
        #expect(all == [handle(2), handle(3)])
    }
}
