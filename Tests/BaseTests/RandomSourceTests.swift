import Base
import Testing

@Suite struct RandomSourceTests {
    @Test func `the same seed tells the same story`() {
        var one = RandomSource(seed: 7)
        var other = RandomSource(seed: 7)

        #expect((0..<100).map { _ in one.next() } == (0..<100).map { _ in other.next() })
    }

    @Test func `the numbers are those of SplitMix64`() {
        var random = RandomSource(seed: 1_234_567)

        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }

    @Test func `a pick below a bound is even and stays below it`() {
        var random = RandomSource(seed: 1)
        var hits = [Int](repeating: 0, count: 10)

        for _ in 0..<10_000 { hits[Int(random.below(10))] += 1 }

        #expect(hits.allSatisfy { (850...1_150).contains($0) })
        #expect(random.below(0) == 0)
        #expect(random.below(1) == 0)
    }

    @Test func `a unit is at least 0 and below 1`() {
        var random = RandomSource(seed: 2)
        let units = (0..<10_000).map { _ in random.unit() }

        #expect(units.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(units.reduce(0, +) / 10_000 - 0.5) < 0.02)
    }
}
