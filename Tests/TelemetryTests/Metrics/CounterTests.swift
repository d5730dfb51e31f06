import Base
import Telemetry
import Testing

@Suite struct CounterTests {
    @Test func `a counter adds numbers and spans`() {
        let counter = Counter()

        counter.add()
        counter.add(4)
        counter.add(Nanoseconds.milliseconds(1))

        #expect(counter.value == 1_000_005)
    }
}
