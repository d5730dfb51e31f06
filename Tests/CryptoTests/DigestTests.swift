import Testing

@testable import Crypto

@Suite struct DigestTests {
    @Test(
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ]
    )
    func `the examples of FIPS 180-4 come out`(_ text: String, _ digest: String) {
        #expect(Digest.sha256(Array(text.utf8)) == [UInt8](hex: digest))
    }

    @Test func `the example of SHA-1 comes out`() {
        let digest = Digest.sha1(Array("abc".utf8).span)

        #expect(digest == [UInt8](hex: "a9993e364706816aba3e25717850c26c9cd0d89d"))
    }
}
