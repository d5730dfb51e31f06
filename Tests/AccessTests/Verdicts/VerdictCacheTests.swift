import Base
import Crypto
import Telemetry
import Testing

@testable import Access

@Suite struct VerdictCacheTests {
    private let principal = Principal(caller: Caller(subject: "ann"))

    @Test func `a verdict counts until its time`() {
        var cache = VerdictCache()
        cache.insert(Self.hash(1), .accepted(principal), validUntil: 100, nowUnix: 50)

        let found = [50, 99, 100, 101].map { Self.outcome(cache.find(Self.hash(1), nowUnix: $0)) }

        #expect(found == ["ann", "ann", "none", "none"])
    }

    @Test func `a refusal is remembered as one`() {
        var cache = VerdictCache()
        cache.insert(Self.hash(1), .refused, validUntil: 100, nowUnix: 50)

        let found = Self.outcome(cache.find(Self.hash(1), nowUnix: 60))

        #expect(found == "refused")
    }

    @Test func `what is over before it begins is not kept`() {
        var cache = VerdictCache()
        cache.insert(Self.hash(1), .accepted(principal), validUntil: 50, nowUnix: 50)

        let capacity = cache.capacity
        #expect(capacity == 0)
    }

    @Test func `another stamp forgets everything`() {
        var cache = VerdictCache()
        cache.use(stamp: 1)
        cache.insert(Self.hash(1), .accepted(principal), validUntil: 100, nowUnix: 50)
        cache.use(stamp: 1)
        let before = Self.outcome(cache.find(Self.hash(1), nowUnix: 60))
        cache.use(stamp: 2)
        let after = Self.outcome(cache.find(Self.hash(1), nowUnix: 60))

        #expect(before == "ann")
        #expect(after == "none")
    }

    @Test func `it grows up to its bound and no further`() {
        var cache = VerdictCache(bound: 256)
        for number in 0..<5_000 {
            cache.insert(Self.hash(number), .accepted(principal), validUntil: 100, nowUnix: 50)
        }

        let capacity = cache.capacity
        let kept = (0..<5_000).count {
            Self.outcome(cache.find(Self.hash($0), nowUnix: 60)) == "ann"
        }
        let isLastKept = Self.outcome(cache.find(Self.hash(4_999), nowUnix: 60)) == "ann"
        #expect(capacity == 256)
        #expect(kept > 200)
        #expect(isLastKept)
    }

    @Test func `nearly all of what was there survives growth`() {
        var cache = VerdictCache(bound: 4_096)
        for number in 0..<1_000 {
            cache.insert(Self.hash(number), .accepted(principal), validUntil: 100, nowUnix: 50)
        }

        let kept = (0..<1_000).count {
            Self.outcome(cache.find(Self.hash($0), nowUnix: 60)) == "ann"
        }
        #expect(kept > 990)
    }

    @Test func `refusals never displace a caller`() {
        var cache = VerdictCache(bound: 16)
        for number in 0..<16 {
            cache.insert(Self.hash(number), .accepted(principal), validUntil: 100, nowUnix: 50)
        }
        let before = (0..<16).count {
            Self.outcome(cache.find(Self.hash($0), nowUnix: 60)) == "ann"
        }
        for number in 100..<10_000 {
            cache.insert(Self.hash(number), .refused, validUntil: 100, nowUnix: 50)
        }
        let after = (0..<16).count {
            Self.outcome(cache.find(Self.hash($0), nowUnix: 60)) == "ann"
        }
        let capacity = cache.capacity
        #expect(before > 8)
        #expect(after == before)
        #expect(capacity == 16)
    }

    @Test func `the same credential again replaces its verdict`() {
        var cache = VerdictCache()
        cache.insert(Self.hash(1), .refused, validUntil: 100, nowUnix: 50)
        cache.insert(Self.hash(1), .accepted(principal), validUntil: 100, nowUnix: 50)

        let found = Self.outcome(cache.find(Self.hash(1), nowUnix: 60))
        #expect(found == "ann")
    }

    static func outcome(_ verdict: VerdictCache.Verdict?) -> String {
        switch verdict {
        case .accepted(let principal)?: principal.subject
        case .refused?: "refused"
        case nil: "none"
        }
    }

    static func hash(_ number: Int) -> SHA256Value { KeyRingTests.hash(number) }
}
