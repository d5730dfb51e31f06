import Base
import Telemetry
import Testing

@Suite struct HistogramTests {
    @Test func `observations land in their buckets and add up`() {
        let histogram = Histogram(HistogramBounds(microseconds: [10, 20]))

        for micros in [0, 10, 11, 20, 21, 1_000] as [UInt64] {
            histogram.record(Nanoseconds(micros * 1_000))
        }

        #expect((0...2).map(histogram.count(inBucket:)) == [2, 2, 2])
        #expect(histogram.count == 6)
        #expect(histogram.sum == Nanoseconds(1_062_000 as UInt64))
    }
}
