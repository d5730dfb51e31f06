import Reactor
import Testing

@Suite struct ProgramMemoryTests {
    @Test func `memory that is in use stays as it is`() {
        let bytes = [UInt8](repeating: 7, count: 1 << 20)

        ProgramMemory.bound()
        ProgramMemory.giveBack()

        #expect(bytes.allSatisfy { $0 == 7 })
    }
}
