import Base
import Policy
import Testing

@Suite struct FaultInjectionTests {
    @Test(arguments: [(0, 0...0), (0.3, 2_750...3_250), (1, 10_000...10_000)])
    func `about the given share is spoilt`(_ fraction: Double, _ expected: ClosedRange<Int>) {
        var random = RandomSource(seed: 9)
        let faults = FaultInjection(.init(delay: nil, abort: 503), fraction: fraction)

        let picked = (0..<10_000).compactMap { _ in faults.pick(random: &random) }

        #expect(expected.contains(picked.count))
        #expect(picked.allSatisfy { $0.abort == 503 })
    }
}
