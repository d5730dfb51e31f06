import Testing

@testable import Reactor

@Suite struct RecordLifetimesTests {
    /// `a.b` asked for; a CNAME of 300 s leads to an address that is good for 20 s.
    private let answer: [UInt8] =
        [0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0]
        + [1, 0x61, 1, 0x62, 0, 0, 1, 0, 1]
        + [0xc0, 12, 0, 5, 0, 1, 0, 0, 1, 44, 0, 4, 1, 0x63, 0xc0, 14]
        + [1, 0x63, 0xc0, 14, 0, 1, 0, 1, 0, 0, 0, 20, 0, 4, 10, 0, 0, 1]

    @Test func `the shortest lifetime of the chain counts`() {
        #expect(RecordLifetimes.shortest(answer.span) == 20)
    }

    @Test func `an answer without records tells nothing`() {
        var empty = Array(answer.prefix(21))
        empty[7] = 0

        #expect(RecordLifetimes.shortest(empty.span) == nil)
    }

    @Test func `a lifetime with its highest bit means none`() {
        var odd = answer
        odd[odd.count - 10] = 0x80

        #expect(RecordLifetimes.shortest(odd.span) == 0)
    }

    @Test func `an answer that breaks off tells nothing and traps nowhere`() {
        for length in 0..<answer.count {
            #expect(RecordLifetimes.shortest(Array(answer.prefix(length)).span) == nil)
        }
    }

    @Test func `no byte that is changed can trap`() {
        for index in answer.indices {
            for value: UInt8 in [0, 1, 63, 64, 0xc0, 0xff] {
                var changed = answer
                changed[index] = value
                _ = RecordLifetimes.shortest(changed.span)
            }
        }
    }
}
