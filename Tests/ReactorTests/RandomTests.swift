import Reactor
import Testing

@Suite struct RandomTests {
    @Test func `no two seeds are alike`() {
        #expect(Random.seed() != Random.seed())
    }
}
