import Reactor
import Testing

@Suite struct DescriptorsTests {
    @Test func `raising the limit twice changes nothing more`() {
        let first = Descriptors.raiseLimit(wanted: 1024)
        let second = Descriptors.raiseLimit(wanted: 1024)

        #expect(first == second)
        #expect(first >= 64)
    }

    @Test func `the limit in force is what raising it said`() {
        let raised = Descriptors.raiseLimit(wanted: 1024)

        #expect(Descriptors.limit() == raised)
    }

    @Test func `open descriptors are counted`() async {
        // In a process of its own: other tests open and close.
        await #expect(processExitsWith: .success) {
            let before = Descriptors.openCount() ?? 0
            let mailbox = try Mailbox<Int>()
            let after = Descriptors.openCount() ?? 0
            withExtendedLifetime(mailbox) { precondition(after == before + 1) }
        }
    }
}
