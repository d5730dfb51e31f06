import Reactor
import Testing

@Suite struct ProgramPagesTests {
    @Test func `what is given back is there again when it is used`() {
        let isFirstTaken = ProgramPages.forgetStart()
        let isSecondTaken = ProgramPages.forgetStart()

        #expect(isFirstTaken)
        #expect(isSecondTaken)
    }
}
