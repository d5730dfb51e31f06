import Base
import Testing

@testable import Config

@Suite struct ServerSchemaTests {
    @Test func `the keys of timeouts and drain reach their fields`() throws {
        let text = """
            { timeouts: { connect: "2s", header: "3s", firstByte: "4s", idle: "5s",
                clientIdle: "6s", halfClose: "7s", total: "8s" },
              drain: { delay: "9s", timeout: "10s" } }
            """

        let config = try ConfigText(text).sidecar()

        let timeouts = config.server.timeouts
        #expect(timeouts.connect == .seconds(2) && timeouts.header == .seconds(3))
        #expect(timeouts.firstByte == .seconds(4) && timeouts.idle == .seconds(5))
        #expect(timeouts.clientIdle == .seconds(6) && timeouts.halfClose == .seconds(7))
        #expect(timeouts.total == .seconds(8))
        #expect(
            config.server.drain.delay == .seconds(9) && config.server.drain.timeout == .seconds(10)
        )
    }

    @Test func `the keys of limits and telemetry reach their fields`() throws {
        let text = """
            { limits: { uri: "2KiB", requestHeaders: "3KiB", responseHeaders: "4KiB",
                headerCount: 9, requestBody: "5KiB", connections: 6,
                handshakes: 8, bufferMemory: "7MiB" },
              telemetry: { sample: 0.5, propagators: ["b3"], accessLog: "off" } }
            """

        let config = try ConfigText(text).sidecar()

        let limits = config.server.limits
        #expect(limits.uri == .kibibytes(2) && limits.requestHeaders == .kibibytes(3))
        #expect(limits.responseHeaders == .kibibytes(4) && limits.headerCount == 9)
        #expect(limits.requestBody == .kibibytes(5) && limits.connections == 6)
        #expect(limits.handshakes == 8)
        #expect(limits.bufferMemory == .mebibytes(7))
        #expect(
            config.server.telemetry.sample == 0.5 && config.server.telemetry.propagators == [.b3]
        )
        #expect(config.server.telemetry.accessLog == .off)
    }
}
