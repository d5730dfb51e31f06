import Base
import Testing

@Suite struct BufferPoolTests {
    @Test func `memory that was given back is lent again`() {
        var pool = BufferPool(capacity: 1, largestKept: 1_024)
        var first = ByteBuffer(minimumCapacity: 600)
        var second = ByteBuffer()

        pool.reclaim(&first)
        let left = first.allocatedCount
        pool.lend(to: &second)
        let lent = second.allocatedCount

        #expect(left == 0)
        #expect(lent == 600)
    }

    @Test func `a buffer in which bytes wait keeps its memory`() {
        var pool = BufferPool(capacity: 1, largestKept: 1_024)
        var waiting = ByteBuffer()
        waiting.append("a" as StaticString)
        var other = ByteBuffer()

        pool.reclaim(&waiting)
        pool.lend(to: &other)
        let (kept, lent) = (waiting.readableCount, other.allocatedCount)

        #expect(kept == 1)
        #expect(lent == 0)
    }

    @Test func `a buffer that owns memory is not lent more`() {
        var pool = BufferPool(capacity: 1, largestKept: 1_024)
        var spare = ByteBuffer(minimumCapacity: 600)
        var owner = ByteBuffer(minimumCapacity: 700)

        pool.reclaim(&spare)
        pool.lend(to: &owner)
        let owned = owner.allocatedCount

        #expect(owned == 700)
    }

    @Test(arguments: [(1, 512), (2, 2_048)])
    func `beyond its bounds memory is freed, not kept`(_ capacity: Int, _ size: Int) {
        var pool = BufferPool(capacity: capacity, largestKept: 1_024)
        var kept = ByteBuffer(minimumCapacity: 512)
        var freed = ByteBuffer(minimumCapacity: size)

        pool.reclaim(&kept)
        pool.reclaim(&freed)
        let left = freed.allocatedCount
        var first = ByteBuffer()
        var second = ByteBuffer()
        pool.lend(to: &first)
        pool.lend(to: &second)
        let (lent, more) = (first.allocatedCount, second.allocatedCount)

        #expect(left == 0)
        #expect(lent == 512)
        #expect(more == 0)
    }
}
