import Base
import Testing

@testable import Access

@Suite struct KeySetCellTests {
    private let set = Array(TokenBench.keySet.utf8)

    private func second(_ count: UInt64) -> Instant {
        Instant(nanoseconds: 0).advanced(by: .seconds(count))
    }

    @Test func `a cell is stale until a set arrives, and again later`() throws {
        let cell = KeySetCell()
        #expect(cell.current == nil)
        #expect(cell.isStale(now: second(0)))
        #expect(cell.age(now: second(5)) == nil)

        try cell.publish(set.span, now: second(10))

        #expect(cell.current?.keys.count == 3)
        #expect(!cell.isStale(now: second(309)))
        #expect(cell.isStale(now: second(310)))
        #expect(cell.age(now: second(12)) == .seconds(2))
    }

    @Test func `one refresh begins in 30 seconds`() {
        let cell = KeySetCell()

        let outcomes = [0, 1, 29, 30, 59, 60].map { cell.mayRefresh(now: second($0)) }

        #expect(outcomes == [true, false, false, true, false, true])
    }

    @Test func `the revision moves only when the set does`() throws {
        let cell = KeySetCell()
        let other = Array(#"{"keys":[]}"#.utf8)

        var revisions = [cell.revision]
        for text in [set, set, other, set] {
            try cell.publish(text.span, now: second(1))
            revisions.append(cell.revision)
        }

        #expect(revisions == [0, 1, 1, 2, 3])
    }

    @Test func `a text that is refused changes nothing`() throws {
        let cell = KeySetCell()
        let broken = Array("<html>".utf8)
        try cell.publish(set.span, now: second(1))

        #expect(throws: JWKSet.Failure.malformed) {
            try cell.publish(broken.span, now: second(400))
        }

        #expect(cell.current?.keys.count == 3)
        #expect(cell.isStale(now: second(400)))
    }
}
