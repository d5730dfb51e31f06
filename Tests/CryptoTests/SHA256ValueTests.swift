import Testing

@testable import Crypto

@Suite struct SHA256ValueTests {
    @Test func `bytes go in and come out again`() {
        let bytes = (0..<32).map { UInt8($0 * 7) }

        #expect(SHA256Value(bytes)?.bytes == bytes)
    }

    @Test(arguments: [0, 31, 33, 64]) func `any other count of bytes is refused`(_ count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)

        #expect(SHA256Value(bytes) == nil)
    }

    @Test(arguments: 0..<32) func `a change of one byte makes another value`(_ place: Int) {
        var bytes = [UInt8](repeating: 9, count: 32)
        let value = SHA256Value(bytes)
        bytes[place] ^= 1

        #expect(SHA256Value(bytes) != value)
    }
}
