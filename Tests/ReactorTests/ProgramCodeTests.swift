import Reactor
import Testing

@Suite struct ProgramCodeTests {
    @Test func `code that is given back is there again when it is called`() {
        let isFirstTaken = ProgramCode.forgetStart()
        let isSecondTaken = ProgramCode.forgetStart()

        #expect(isFirstTaken)
        #expect(isSecondTaken)
    }
}
