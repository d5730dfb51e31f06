import Base
import Testing

@testable import Access

@Suite struct AuthThrottleTests {
    private let address: UInt128 = 0xffff_0a00_0001

    @Test func `after a burst an address must wait`() {
        let throttle = AuthThrottle()
        let now = Instant(nanoseconds: 1_000)

        let first = (0..<20).map { _ in throttle.failed(address, now: now) }
        let second = throttle.failed(address, now: now)

        #expect(first.allSatisfy { $0 == nil })
        #expect(second == .seconds(3))
    }

    @Test func `trying on while it waits does not lengthen the wait`() {
        let throttle = AuthThrottle()
        let now = Instant(nanoseconds: 0)
        for _ in 0..<500 { _ = throttle.failed(address, now: now) }

        let later = now.advanced(by: .seconds(3))

        #expect(throttle.failed(address, now: now) == .seconds(3))
        #expect(throttle.failed(address, now: later) == nil)
        #expect(throttle.failed(address, now: later) == .seconds(3))
    }

    @Test func `everything is forgiven in the end`() {
        let throttle = AuthThrottle()
        for _ in 0..<30 { _ = throttle.failed(address, now: Instant(nanoseconds: 0)) }
        let later = Instant(nanoseconds: 0).advanced(by: .seconds(60))

        let waits = (0..<20).map { _ in throttle.failed(address, now: later) }

        #expect(waits.allSatisfy { $0 == nil })
    }

    @Test func `addresses of one IPv6 network count together`() {
        let throttle = AuthThrottle()
        let now = Instant(nanoseconds: 0)
        let network: UInt128 = 0x2001_0db8 << 96

        for host in 0..<20 { _ = throttle.failed(network | UInt128(host), now: now) }

        #expect(throttle.failed(network | 99, now: now) != nil)
        #expect(throttle.failed(network | 1 << 64, now: now) == nil)
    }

    @Test func `addresses of IPv4 count for themselves`() {
        let throttle = AuthThrottle()
        let now = Instant(nanoseconds: 0)
        for _ in 0..<21 { _ = throttle.failed(address, now: now) }

        #expect(throttle.failed(address + 1, now: now) == nil)
    }

    @Test func `addresses beyond the bound share one allowance`() {
        var settings = AuthThrottle.Settings()
        settings.addresses = 10
        let throttle = AuthThrottle(settings)
        let now = Instant(nanoseconds: 5)

        let waits = (0..<31).map { throttle.failed(address + UInt128($0), now: now) }

        #expect(throttle.count == 10)
        #expect(waits[..<30].allSatisfy { $0 == nil })
        #expect(waits[30] != nil)
    }

    @Test func `addresses that are forgiven make room`() {
        var settings = AuthThrottle.Settings()
        settings.addresses = 10
        let throttle = AuthThrottle(settings)
        let now = Instant(nanoseconds: 0)
        for host in 0..<10 { _ = throttle.failed(address + UInt128(host), now: now) }

        _ = throttle.failed(address + 50, now: now.advanced(by: .seconds(10)))

        #expect(throttle.count == 1)
    }

    @Test func `what turns out to be good is taken back`() {
        let throttle = AuthThrottle()
        let now = Instant(nanoseconds: 5)
        for _ in 0..<20 { _ = throttle.failed(address, now: now) }

        throttle.forgive(address, now: now)

        #expect(throttle.failed(address, now: now) == nil)
        #expect(throttle.failed(address, now: now) != nil)
    }
}
