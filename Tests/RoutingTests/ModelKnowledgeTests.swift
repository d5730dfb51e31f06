import Testing

@testable import Routing

@Suite struct ModelKnowledgeTests {
    @Test func `a model without a name is not the same as none`() {
        #expect(ModelKnowledge.named([]) != .absent)
        #expect(ModelKnowledge.unread != .absent)
    }
}
