import Base
import Testing

@testable import Wire

@Suite struct StreamTableTests {
    @Test func `an empty table finds nothing`() {
        let table = StreamTable()

        let slot = table.slot(of: 1)

        #expect(slot < 0)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `streams are found until they are removed`(_ seed: UInt64) {
        var random = RandomSource(seed: seed)
        var table = StreamTable()
        var open: [UInt32: UInt64] = [:]
        var next: UInt32 = 1
        var isRight = true
        for step in 0..<5_000 as Range<UInt64> {
            if open.count < 100, random.next() % 2 == 0 || open.isEmpty {
                // Gaps and old streams that stay make numbers share places.
                next += 2 * UInt32(1 + random.next() % 9)
                var stream = HTTP2Stream(next, sendWindow: 0, receiveWindow: 0)
                stream.tag = step
                _ = table.insert(stream)
                open[next] = step
            } else if let id = open.keys.sorted().dropFirst(Int(random.next() % 3)).first {
                table.remove(table.slot(of: id))
                open[id] = nil
                isRight = isRight && table.slot(of: id) < 0
            }
            for (id, tag) in open {
                let slot = table.slot(of: id)
                isRight = isRight && slot >= 0 && table[slot].tag == tag
            }
            isRight = isRight && table.slot(of: next + 2) < 0 && table.count == open.count
        }
        let slots = table.openSlots()

        #expect(isRight)
        #expect(slots.count == open.count)
        #expect((slots.max() ?? 0) < 100, "slots are used again")
    }
}
