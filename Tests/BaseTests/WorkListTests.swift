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

    private func words(of list: borrowing WorkList) -> [UInt64] {
        var words: [UInt64] = []
        for index in 0..<list.count { words.append(list[index]) }
        return words
    }
}
