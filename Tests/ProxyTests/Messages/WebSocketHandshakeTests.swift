import Base
import Testing

@testable import Proxy

@Suite struct WebSocketHandshakeTests {
    @Test func `the example of RFC 6455 §1.3 comes out`() {
        let key = Array("dGhlIHNhbXBsZSBub25jZQ==".utf8)

        let accept = WebSocketHandshake.accept(key.span)

        #expect(String(decoding: accept, as: UTF8.self) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `a key is sixteen bytes in Base64`() {
        let key = WebSocketHandshake.key(0x0001_0203_0405_0607, .max)

        #expect(String(decoding: key, as: UTF8.self) == "AAECAwQFBgf//////////w==")
    }
}
