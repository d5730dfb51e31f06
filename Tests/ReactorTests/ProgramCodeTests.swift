import Reactor
import Testing

@Suite struct ProgramCodeTests {
    @Test func `code that is given back is there again when it is called`() throws {
        let before = try #require(ProcessStats.now()).residentBytes

        ProgramCode.forgetStart()
        ProgramCode.forgetStart()

        let after = try #require(ProcessStats.now()).residentBytes
        #expect(after > 0)
        #expect(after <= before + 8 << 20)
    }
}
