import Foundation
import Testing

/// Whole days of a gateway in a second, from seeds; `SIM_SEED` plays one again.
@Suite struct GatewaySimulationTests {
    private static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIM_SEED"].flatMap(UInt64.init) { return [seed] }
        let count = environment["SIM_COUNT"].flatMap(UInt64.init) ?? 40
        return Array(1...count)
    }

    @Test(arguments: seeds) func `no schedule breaks a gateway`(_ seed: UInt64) {
        let simulation = GatewaySimulation(seed: seed)
        for _ in 0..<40 { simulation.add(CallPlan(&simulation.random)) }

        simulation.run()

        #expect(simulation.problems.isEmpty, "\(simulation.problems.joined(separator: "\n"))")
    }

    @Test func `schedules come to those who stand in`() {
        var count = 0
        for seed in Self.seeds.prefix(10) {
            let simulation = GatewaySimulation(seed: seed)
            for _ in 0..<40 { simulation.add(CallPlan(&simulation.random)) }
            simulation.run()
            count += simulation.standInCount
        }

        #expect(count > 0 || Self.seeds.count == 1)
    }
}
