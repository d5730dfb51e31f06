import Base
import Testing

@Suite struct WorkListTests {
    @Test func `words stand in the order in which they came`() {
        var list = WorkList()
        for word: UInt64 in [3, 1, 2] { list.append(word) }

        #expect((0..<list.count).map { list[$0] } == [3, 1, 2])
    }

    @Test func `an emptied list begins anew`() {
        var list = WorkList()
        for word: UInt64 in 0..<5 { list.append(word) }
        list.removeAll()
        list.append(9)

        #expect(list.count == 1)
        #expect(list[0] == 9)
        #expect(!list.isEmpty)
    }
}
