import Base
import Synchronization
import Testing

@Suite struct LazyReferenceTests {
    private final class Cell: Sendable {
        static let alive = Atomic<Int>(0)
        let touches = Atomic<Int>(0)

        init() { Self.alive.add(1, ordering: .relaxed) }
        deinit { Self.alive.subtract(1, ordering: .relaxed) }
    }

    @Test func `the object is made once, and goes with its holder`() {
        do {
            let reference = LazyReference<Cell>()
            let isEmpty = reference.object == nil
            for _ in 0..<3 {
                reference.withObject(orMake: Cell()) { cell in
                    cell.touches.add(1, ordering: .relaxed)
                    #expect(Cell.alive.load(ordering: .relaxed) == 1)
                }
            }
            let touches = reference.object?.touches.load(ordering: .relaxed)

            #expect(isEmpty)
            #expect(touches == 3)
        }

        #expect(Cell.alive.load(ordering: .relaxed) == 0)
    }

    @Test func `one made while another came first is dropped`() {
        let reference = LazyReference<Counted>()

        let mark = reference.withObject(orMake: late(in: reference)) { $0.mark }

        #expect(mark == 1)
    }

    /// Makes another, after the first has been made.
    private func late(in reference: borrowing LazyReference<Counted>) -> Counted {
        reference.withObject(orMake: Counted(1)) { _ in }
        return Counted(2)
    }

    private final class Counted: Sendable {
        let mark: Int

        init(_ mark: Int) { self.mark = mark }
    }
}
