import Routing
import Testing

@testable import Proxy

@Suite struct PassageTests {
    @Test func `at first nothing is known and nothing is believed`() {
        let passage = Passage()

        #expect(passage.principal == nil)
        #expect(passage.route == -1)
        #expect(!passage.isVerified)
        #expect(!passage.isForged)
        #expect(!passage.hasCredential)
        #expect(passage.model == .unread)
    }
}
