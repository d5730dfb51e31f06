import Base
import Testing

@Suite struct WorkListTests {
    @Test func `words stand in the order in which they came`() {
        var list = WorkList()
        for word: UInt64 in [3, 1, 2] { list.append(word) }
        let words = words(of: list)

        #expect(words == [3, 1, 2])
    }

    @Test func `an emptied list begins anew`() {
        var list = WorkList()
        for word: UInt64 in 0..<5 { list.append(word) }
        list.removeAll()
        let isEmptied = list.isEmpty
        list.append(9)
        let words = words(of: list)

        #expect(isEmptied)
        #expect(words == [9])
    }

    @Test func `a list grows as far as it must and keeps its words`() {
        var list = WorkList()
        for word: UInt64 in 0..<1_000 { list.append(word) }
        let words = words(of: list)

        #expect(words == Array(0..<1_000))
    }

    @Test func `the last word is taken first`() {
        var list = WorkList()
        for word: UInt64 in [3, 1] { list.append(word) }
        let taken = [list.popLast(), list.popLast(), list.popLast()]

        #expect(taken == [1, 3, nil])
    }

    @Test func `words are forgotten from the front and from between`() {
        var list = WorkList()
        for word: UInt64 in 0..<6 { list.append(word) }
        list.removeFirst(2)
        let isRemoved = [list.remove(4), list.remove(4), list.remove(5)]
        let words = words(of: list)

        #expect(isRemoved == [true, false, true])
        #expect(words == [2, 3])
    }

    private func words(of list: borrowing WorkList) -> [UInt64] {
        var words: [UInt64] = []
        for index in 0..<list.count { words.append(list[index]) }
        return words
    }
}
