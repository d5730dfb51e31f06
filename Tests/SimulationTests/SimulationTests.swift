import Base
import Config
import Foundation
import Policy
import Testing

@testable import Proxy

/// Whole days of a sidecar in a second, from seeds; `SIM_SEED` plays one again.
@Suite struct SimulationTests {
    private static var seeds: [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SIM_SEED"].flatMap(UInt64.init) { return [seed] }
        let count = environment["SIM_COUNT"].flatMap(UInt64.init) ?? 60
        return Array(1...count)
    }

    @Test(arguments: seeds) func `no schedule breaks an exchange`(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        let config = SidecarConfig.random(&random)
        let simulation = Simulation(
            seed: seed,
            config: config,
            workers: random.pick([1, 1, 3]),
            traits: ModelTraits(random: &random)
        )
        let rush = random.pick([10, 60])
        for _ in 0..<rush {
            simulation.add(ClientPlan(random: &random, workers: simulation.workers.count))
        }
        if random.unit() < 0.3 { simulation.drain(at: .milliseconds(random.below(5_000))) }

        simulation.run()

        #expect(simulation.problems.isEmpty, "\(simulation.problems.joined(separator: "\n"))")
    }

    @Test(
        arguments: ["GET", "POST", "PUT"],
        [
            ClientPlan.Body.none, .length(300), .length(9_000), .chunked(0), .chunked(300),
            .chunked(9_000),
        ]
    )
    func `any one operation may fail`(_ method: String, _ body: ClientPlan.Body) {
        let smooth = scenario(method, body)
        smooth.run()
        var problems = smooth.problems
        for failAt in 0..<smooth.operations {
            let simulation = scenario(method, body)
            simulation.failAt = failAt
            simulation.run()
            problems += simulation.problems.map { "operation \(failAt): \($0)" }
        }

        #expect(smooth.operations > 20)
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    /// Four well-behaved requests, two at a time.
    private func scenario(_ method: String, _ body: ClientPlan.Body) -> Simulation {
        var config = SidecarConfig()
        config.upstream.admission.concurrency = 2
        config.upstream.retry.replayBody = ByteCount(4_096)
        config.upstream.retry.attempts = 3
        let simulation = Simulation(seed: 1, config: config, workers: 2, traits: ModelTraits())
        var model = ModelPlan()
        model.opening = .reused
        model.framing = .chunked
        model.interims = 1
        simulation.modelPlan = model
        for index in 0..<4 {
            var plan = ClientPlan()
            plan.method = method
            plan.worker = index % 2
            plan.body = body
            simulation.add(plan)
        }
        return simulation
    }
}
