import Base
import Testing

@Suite struct ByteSpanEqualityTests {
    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 40])
    func `runs of any length are compared to their last byte`(_ count: Int) {
        let one = [1, 2, 3] + (0..<count).map { UInt8($0) } + [9]
        let other = (0..<count).map { UInt8($0) }

        let isEqual = one.span.equals(3..<3 + count, other.span, 0..<count)
        #expect(isEqual)
        for place in 0..<count {
            var changed = other
            changed[place] ^= 0x80
            let isStillEqual = one.span.equals(3..<3 + count, changed.span, 0..<count)
            #expect(!isStillEqual)
        }
    }

    @Test func `runs of different lengths differ`() {
        let bytes: [UInt8] = [1, 1, 1]
        let isLongerEqual = bytes.span.equals(0..<2, bytes.span, 0..<3)
        let isNothingEqual = bytes.span.equals(0..<0, bytes.span, 3..<3)

        #expect(!isLongerEqual)
        #expect(isNothingEqual)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 40])
    func `runs are compared with one in lower case`(_ count: Int) {
        let lower = (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        let upper = [1] + lower.map { $0 - 32 } + [2]

        let isEqual = upper.span.equalsLowercased(1..<1 + count, lower.span, 0..<count)
        #expect(isEqual)
        for place in 0..<count {
            var changed = lower
            changed[place] -= 32
            let isStillEqual = upper.span.equalsLowercased(
                1..<1 + count,
                changed.span,
                0..<count
            )
            #expect(!isStillEqual, "only the first is taken in lower case")
        }
    }

    @Test func `only letters have a lower case, and lengths count`() {
        let one = Array("@[A_~".utf8)
        let other = Array("`{a_~".utf8)
        let isSame = one.span.equalsLowercased(0..<5, other.span, 0..<5)
        let isLetterSame = one.span.equalsLowercased(2..<5, other.span, 2..<5)
        let isShorterSame = one.span.equalsLowercased(2..<4, other.span, 2..<5)

        #expect(!isSame)
        #expect(isLetterSame)
        #expect(!isShorterSame)
    }
}
