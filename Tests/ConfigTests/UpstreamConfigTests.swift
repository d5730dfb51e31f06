import Policy
import Testing

@testable import Config

@Suite struct UpstreamConfigTests {
    @Test func `an upstream is one model on this machine unless told otherwise`() {
        let upstream = UpstreamConfig()

        #expect(upstream.endpoints == [.host("127.0.0.1", port: 8000)])
        #expect(upstream.health.kind == .http && upstream.health.path == nil)
        #expect(upstream == UpstreamConfig())
    }

    @Test func `in a gateway nothing waits, and a check only connects`() {
        let upstream = UpstreamConfig.service

        #expect(upstream.admission.queue == 0 && upstream.admission.concurrency == 65_536)
        #expect(upstream.health.kind == .tcp)
        #expect(upstream.retry == UpstreamConfig().retry)
    }
}
