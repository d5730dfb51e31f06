import Testing

@testable import Crypto

@Suite struct ECDSASignatureTests {
    @Test(
        arguments: [
            ([1, 2], [0x30, 6, 2, 1, 1, 2, 1, 2]), ([0, 0], [0x30, 6, 2, 1, 0, 2, 1, 0]),
            ([0x80, 0xff], [0x30, 8, 2, 2, 0, 0x80, 2, 2, 0, 0xff]),
        ] as [([UInt8], [UInt8])]
    )
    func `numbers become the shortest integers`(_ signature: [UInt8], _ der: [UInt8]) {
        #expect(ECDSASignature.der(signature, size: 1) == der)
    }

    @Test func `zeros in front of a number are dropped`() {
        let signature: [UInt8] = [0, 0, 5, 0, 0x90, 1]

        #expect(
            ECDSASignature.der(signature, size: 3)
                == [0x30, 8, 2, 1, 5, 2, 3, 0, 0x90, 1]
        )
    }

    @Test func `the largest signature has a length of two bytes`() {
        let signature = [UInt8](repeating: 0xff, count: 132)

        #expect(ECDSASignature.der(signature, size: 66)?.prefix(3) == [0x30, 0x81, 138])
    }

    @Test(arguments: [0, 63, 65, 70, 72, 128]) func `other lengths are refused`(_ count: Int) {
        let signature = [UInt8](repeating: 1, count: count)

        #expect(ECDSASignature.der(signature, size: 32) == nil)
    }
}
