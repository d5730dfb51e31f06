import Base
import Policy
import Testing

@Suite struct LoadBalancerTests {
    @Test(arguments: LoadBalancer.Strategy.allCases)
    func `only available endpoints are chosen`(_ strategy: LoadBalancer.Strategy) {
        let bench = BalancerBench(strategy, endpoints: 5)

        for mask in 0..<32 {
            bench.candidates = (0..<5).map { index in
                .init(inFlight: index, isAvailable: mask >> index & 1 == 1)
            }
            for key in 0..<20 {
                let chosen = bench.choose(key: UInt64(key))
                #expect((chosen == nil) == (mask == 0))
                if let chosen { #expect(mask >> chosen & 1 == 1) }
            }
        }
    }

    @Test(arguments: LoadBalancer.Strategy.allCases)
    func `a single endpoint is chosen while it is available`(_ strategy: LoadBalancer.Strategy) {
        let bench = BalancerBench(strategy, endpoints: 1)

        #expect(bench.choose() == 0)
        bench.candidates[0].isAvailable = false
        #expect(bench.choose() == nil)
    }

    @Test(arguments: LoadBalancer.Strategy.allCases)
    func `no endpoints, no choice`(_ strategy: LoadBalancer.Strategy) {
        #expect(BalancerBench(strategy, endpoints: 0).choose() == nil)
    }

    @Test func `of two the less loaded is taken, always`() {
        let bench = BalancerBench(.leastRequest, endpoints: 2)
        bench.candidates[0].inFlight = 3

        #expect((0..<100).allSatisfy { _ in bench.choose() == 1 })
    }

    @Test func `the most loaded of several is never taken`() {
        let bench = BalancerBench(.leastRequest, endpoints: 4)
        bench.candidates[2].inFlight = 9

        #expect((0..<500).allSatisfy { _ in bench.choose() != 2 })
    }

    @Test func `equal loads are met evenly`() {
        let hits = BalancerBench(.leastRequest, endpoints: 4).hits(4_000)

        #expect(hits.allSatisfy { (850...1_150).contains($0) })
    }

    @Test func `turns go round and pass over who is not available`() {
        let bench = BalancerBench(.roundRobin, endpoints: 3)

        #expect((0..<4).map { _ in bench.choose() } == [0, 1, 2, 0])
        bench.candidates[1].isAvailable = false
        #expect((0..<3).map { _ in bench.choose() } == [2, 0, 2])
    }

    @Test func `the same key meets the same endpoint, keys are spread`() {
        let bench = BalancerBench(.consistentHash, endpoints: 4)

        let once = (0..<1_000).map { bench.choose(key: BalancerBench.hash("user \($0)")) }
        let again = (0..<1_000).map { bench.choose(key: BalancerBench.hash("user \($0)")) }

        #expect(once == again)
        for endpoint in 0..<4 {
            #expect((180...320).contains(once.filter { $0 == endpoint }.count))
        }
    }

    @Test func `when an endpoint fails only its own keys move`() {
        let bench = BalancerBench(.consistentHash, endpoints: 4)
        let before = (0..<1_000).map { bench.choose(key: UInt64($0)) }

        bench.candidates[2].isAvailable = false
        let during = (0..<1_000).map { bench.choose(key: UInt64($0)) }
        bench.candidates[2].isAvailable = true
        let after = (0..<1_000).map { bench.choose(key: UInt64($0)) }

        let moved = zip(before, during).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.0 == 2 })
        #expect(Set(moved.map(\.1)) == [0, 1, 3])
        #expect(after == before)
    }

    @Test func `a hash covers exactly its range`() {
        #expect(BalancerBench.hash("abc") == BalancerBench.hash("xabcx", 1..<4))
        #expect(BalancerBench.hash("abc") != BalancerBench.hash("abd"))
    }
}

/// A balancer with its candidates and its chance; a class, so that it can stand in `#expect`.
private final class BalancerBench {
    var candidates: [LoadBalancer.Candidate]
    private var balancer: LoadBalancer
    private var random = RandomSource(seed: 4)

    init(_ strategy: LoadBalancer.Strategy, endpoints: Int) {
        candidates = Array(repeating: .init(inFlight: 0, isAvailable: true), count: endpoints)
        let identities = (0..<endpoints).map { Self.hash("10.0.0.\($0):8000") }
        balancer = LoadBalancer(strategy, identities: identities)
    }

    func choose(key: UInt64 = 0) -> Int? {
        let candidates = self.candidates
        return balancer.choose(candidates.span, key: key, random: &random)
    }

    func hits(_ rounds: Int) -> [Int] {
        var hits = [Int](repeating: 0, count: candidates.count)
        for _ in 0..<rounds {
            if let chosen = choose() { hits[chosen] += 1 }
        }
        return hits
    }

    static func hash(_ text: String, _ range: Range<Int>? = nil) -> UInt64 {
        let bytes = Array(text.utf8)
        return LoadBalancer.hash(bytes.span, range ?? 0..<bytes.count)
    }
}
