import Base
import Testing

@Suite struct ASCIITests {
    private static let everyByte = UInt8.min...UInt8.max

    @Test func `exactly the token characters are token characters (RFC 9110 §5.6.2)`() {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let expected = Set("!#$%&'*+-.^_`|~0123456789\(letters)".utf8)

        #expect(Set(Self.everyByte.filter { ASCII.isToken($0) }) == expected)
    }

    @Test func `only A to Z are folded`() {
        for byte in Self.everyByte {
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            #expect(ASCII.lowercased(byte) == (isUpper ? byte + 32 : byte))
        }
    }

    @Test func `digits, letters and blanks are told from their neighbours`() {
        #expect(Self.everyByte.filter { ASCII.isDigit($0) } == Array("0123456789".utf8))
        #expect(Self.everyByte.filter { ASCII.isLetter($0) }.count == 52)
        #expect(!ASCII.isLetter(UInt8(ascii: "@")) && !ASCII.isLetter(UInt8(ascii: "[")))
        #expect(!ASCII.isLetter(UInt8(ascii: "`")) && !ASCII.isLetter(UInt8(ascii: "{")))
        #expect(Self.everyByte.filter { ASCII.isBlank($0) } == [9, 32])
    }

    @Test func `hexadecimal digits have values in either case, others none`() {
        let values = Self.everyByte.compactMap { byte in
            ASCII.hexValue(byte).map { (byte, $0) }
        }

        #expect(values.map(\.0) == Array("0123456789ABCDEFabcdef".utf8))
        #expect(values.map(\.1) == Array(0...9) + Array(10...15) + Array(10...15))
    }
}
