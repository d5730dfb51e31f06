import Testing

@testable import Proxy

@Suite struct ControlLoopStartTests {
    @Test(arguments: [(1_024, 464), (20_000, 18_784), (66, 1), (64, 1), (10, 1)])
    func `connections leave descriptors for ourselves`(_ descriptors: Int, _ connections: Int) {
        let possible = ControlLoop.connections(within: descriptors, upstream: 1_024, workers: 1)

        #expect(possible == connections)
    }
}
