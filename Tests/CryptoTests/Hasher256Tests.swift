import Testing

@testable import Crypto

@Suite struct Hasher256Tests {
    @Test func `one hasher serves many messages of all lengths`() {
        var hasher = Hasher256()

        for count in [0, 1, 53, 55, 56, 63, 64, 65, 1_000, 16_384, 3] {
            let bytes = [UInt8](repeating: UInt8(count & 255), count: count)
            let value = hasher.hash(bytes.span)
            #expect(value.bytes == Digest.sha256(bytes), "\(count) bytes")
        }
    }
}
