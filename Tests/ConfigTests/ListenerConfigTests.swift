import Crypto
import Testing

@testable import Config

@Suite struct ListenerConfigTests {
    @Test func `what is offered in a handshake follows from what may be spoken`() {
        let offers = ListenerConfig.Speech.allCases.map(\.protocols)

        #expect(offers == [[.http2, .http1], [.http1], [.http2]])
    }

    @Test func `without certificates nobody speaks TLS`() {
        let server = ServerConfig()

        #expect(server.tls(of: ListenerConfig(.any(port: 1))) == nil)
    }
}
