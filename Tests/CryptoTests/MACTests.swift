import Testing

@testable import Crypto

@Suite struct MACTests {
    private let secret = [UInt8](repeating: 0x0b, count: 20)
    private let message = Array("Hi There".utf8)

    @Test func `the first example of RFC 4231 comes out`() {
        let tag = MAC.tag(.hs256, secret: secret, message: message)

        let expected = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        #expect(tag == [UInt8](hex: expected))
    }

    @Test func `a tag that is cut short is refused`() throws {
        let tag = try #require(MAC.tag(.hs256, secret: secret, message: message))
        let short = Array(tag.dropLast())
        let verify = { MAC.verify(.hs256, secret: secret, message: message, tag: $0) }

        #expect(verify(tag))
        #expect(!verify(short))
    }

    @Test func `an empty secret and a foreign algorithm give no tag`() {
        let none: [UInt8] = []

        #expect(MAC.tag(.hs256, secret: none, message: message) == nil)
        #expect(MAC.tag(.rs256, secret: secret, message: message) == nil)
        #expect(!MAC.verify(.hs256, secret: none, message: message, tag: none))
    }
}
