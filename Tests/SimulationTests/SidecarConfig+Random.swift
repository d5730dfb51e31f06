import Base
import Config
import Policy

extension SidecarConfig {
    /// A small, tight configuration, so that every limit is met.
    static func random(_ random: inout RandomSource) -> SidecarConfig {
        var config = SidecarConfig()
        config.upstream.endpoints = (0..<random.pick([1, 1, 2, 3])).map {
            .host("127.0.0.1", port: UInt16(8_000 + $0))
        }
        config.upstream.balance = random.pick([.leastRequest, .roundRobin, .consistentHash])
        config.upstream.admission.concurrency = random.pick([1, 2, 4, 16])
        config.upstream.admission.queue = random.pick([0, 1, 4, 64])
        config.upstream.admission.queueTimeout = random.pick([.milliseconds(200), .seconds(3)])
        config.upstream.admission.shadow = random.unit() < 0.1
        config.upstream.retry.attempts = random.pick([1, 2, 2, 4])
        config.upstream.retry.replayBody = ByteCount(4_096)
        config.upstream.retry.budgetFloor = random.pick([0, 1, 3])
        config.upstream.retry.nonIdempotent = random.unit() < 0.1
        config.upstream.retry.trustIdempotencyKey = random.unit() < 0.3
        config.upstream.breaker.consecutiveFailures = random.pick([1, 3, 5, 1_000])
        config.upstream.breaker.openFor = random.pick([.milliseconds(100), .seconds(1)])
        config.upstream.breaker.rampUp = random.pick([.zero, .seconds(1)])
        config.server.timeouts.connect = .milliseconds(500)
        config.server.timeouts.firstByte = random.pick([.seconds(1), .seconds(4), nil])
        config.server.timeouts.idle = random.pick([.milliseconds(800), .seconds(3), nil])
        config.server.timeouts.clientIdle = .seconds(2)
        config.server.timeouts.halfClose = random.pick([.milliseconds(100), .seconds(1), nil])
        config.server.timeouts.total = random.pick([nil, nil, .seconds(6)])
        config.server.limits.requestBody = ByteCount(random.pick([8_000, 1_000_000]))
        if random.unit() < 0.15 {
            var faults = FaultsConfig()
            faults.fraction = 0.3
            faults.delay = random.pick([nil, .milliseconds(100)])
            faults.abort = random.pick([nil, 418, 503])
            config.server.faults = faults
        }
        if random.unit() < 0.1 { config.server.fallback = FallbackConfig() }
        return config
    }
}

extension ServerConfig {
    /// Whether nothing can last for ever.
    var boundsEverything: Bool {
        timeouts.firstByte != nil && timeouts.idle != nil && timeouts.halfClose != nil
    }
}
