import Base
import Config
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct SnapshotTests {
    @Test func `limits and propagators of the configuration are in force`() {
        var config = ServerConfig()
        config.limits.uri = ByteCount(10)
        config.limits.requestHeaders = ByteCount(20)
        config.limits.responseHeaders = ByteCount(30)
        config.limits.headerCount = 4
        config.telemetry.propagators = [.b3]
        config.telemetry.sample = 0.5

        let snapshot = Snapshot(
            config: config,
            role: .sidecar(Sidecar(IdentityConfig(), service: "model")),
            generation: 1,
            upstreams: [],
            ports: []
        )

        #expect(snapshot.requestParser.limits.uri == 10)
        #expect(snapshot.requestParser.limits.headSize == 20)
        #expect(snapshot.requestParser.limits.fieldCount == 4)
        #expect(snapshot.responseParser.limits.headSize == 30)
        #expect(snapshot.responseParser.limits.fieldCount == 4)
        #expect(snapshot.traceSettings.isB3On)
        #expect(!snapshot.traceSettings.isTraceContextOn)
        #expect(!snapshot.traceSettings.isBaggageOn)
        #expect(snapshot.traceSettings.sample == 0.5)
    }
}
