import Testing

@testable import Crypto

@Suite struct ALPNTests {
    @Test func `a list has each name behind its length (RFC 7301 §3.1)`() {
        #expect(ALPN.list([.http2, .http1]) == [2, 104, 50, 8] + Array("http/1.1".utf8))
    }

    @Test(arguments: [
        ([ALPN.http2, .http1], [3, 97, 98, 99, 2, 104, 50], ALPN.http2),
        ([.http1], [2, 104, 50], nil),
        ([.http2], [], nil), ([.http2], [9, 104, 50], nil), ([.http2], [0, 2, 104, 50], .http2),
    ]) func `the best of ours is chosen`(
        _ ours: [ALPN],
        _ list: [UInt8],
        _ choice: ALPN?
    ) {
        let found = list.withUnsafeBufferPointer { ALPN.choose(ours, from: $0)?.choice }

        #expect(found == choice)
    }
}
