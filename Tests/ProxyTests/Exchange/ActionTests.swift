import Testing

@testable import Proxy

@Suite struct ActionTests {
    @Test func `actions stand in the order in which they were added`() {
        var actions = Actions()
        actions.append(.connect)
        actions.append(.readRequest(true))

        let count = actions.count
        guard case .connect = actions[0], case .readRequest(true) = actions[1] else {
            Issue.record("out of order")
            return
        }

        #expect(count == 2)
    }

    @Test func `an event may have as many consequences as there is room for`() {
        var actions = Actions()
        for _ in 0..<Actions.capacity { actions.append(.finish) }

        let count = actions.count

        #expect(count == Actions.capacity)
    }
}
