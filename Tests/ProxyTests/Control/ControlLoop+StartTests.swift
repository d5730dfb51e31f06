import Testing

@testable import Proxy

@Suite struct ControlLoopStartTests {
    @Test(arguments: [(1_024, 480), (65_536, 32_736), (66, 1), (64, 1), (10, 1)])
    func `connections leave descriptors for ourselves`(_ descriptors: Int, _ connections: Int) {
        #expect(ControlLoop.connections(within: descriptors) == connections)
    }
}
