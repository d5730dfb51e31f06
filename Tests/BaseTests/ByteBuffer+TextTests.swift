import Base
import Testing

@Suite struct ByteBufferTextTests {
    @Test(arguments: [
        0, 9, 10, 99, 100, 1_000, 12_345_678_901, 9_999_999_999_999_999_999,
        10_000_000_000_000_000_000, UInt64.max,
    ]) func `a number is written as Swift writes it`(_ number: UInt64) {
        let text = Self.written { $0.append(decimal: number) }
        let hex = Self.written { $0.append(hex: number) }

        #expect(text == String(number))
        #expect(hex == String(number, radix: 16))
    }

    @Test(arguments: [Int.min, -10, -1, 0, 7, Int.max])
    func `a signed number has its sign`(_ number: Int) {
        let text = Self.written { $0.append(decimal: number) }

        #expect(text == String(number))
    }

    @Test func `hexadecimal of fixed width keeps the low digits`() {
        let padded = Self.written { $0.append(hex: 0xab, digits: 16) }
        let cut = Self.written { $0.append(hex: 0x1234, digits: 2) }

        #expect(padded == "00000000000000ab")
        #expect(cut == "34")
    }

    @Test(arguments: [
        (0, "0.000000"), (999, "0.000000"), (1_000, "0.000001"), (1_500_000_000, "1.500000"),
        (59_999_999_999, "59.999999"), (UInt64.max, "18446744073.709551"),
    ]) func `a span is written in seconds with six decimals`(_ count: UInt64, _ text: String) {
        let written = Self.written { $0.append(seconds: Nanoseconds(count)) }

        #expect(written == text)
    }

    @Test func `random numbers are written as Swift writes them`() {
        var random = RandomSource(seed: 3)
        for _ in 0..<500 {
            let number = random.next() >> random.below(64)
            #expect(Self.written { $0.append(decimal: number) } == String(number))
        }
    }

    @Test(arguments: 1...16) func `every number of digits is written`(_ digits: Int) {
        let hex = Self.written { $0.append(hex: 0xfedc_ba98_7654_3210, digits: digits) }
        let bound = (1..<digits).reduce(UInt64(1)) { bound, _ in bound * 10 }

        #expect(hex == "fedcba9876543210".suffix(digits))
        for number in [bound, bound + 1, bound &* 10 &- 1] {
            #expect(Self.written { $0.append(decimal: number) } == String(number))
        }
    }

    @Test func `every number of four digits is written as Swift writes it`() {
        let wrong = (0..<10_000 as Range<UInt64>).filter { number in
            Self.written { $0.append(decimal: number * 10_001) } != String(number * 10_001)
        }

        #expect(wrong == [])
    }

    private static func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer()
        write(&buffer)
        return buffer.text()
    }
}
