import Base
import Telemetry
import Testing

@Suite struct HistogramBoundsTests {
    @Test(arguments: [
        (0, 0), (1_000_000, 0), (1_000_001, 1), (2_500_000, 1), (600_000_000_000, 17),
        (600_000_000_001, 18), (UInt64.max, 18),
    ]) func `a bound belongs to its bucket`(_ span: UInt64, _ bucket: Int) {
        #expect(HistogramBounds.requests.bucket(of: Nanoseconds(span)) == bucket)
    }

    @Test func `the search agrees with a linear one`() {
        let bounds = HistogramBounds.lags
        var random = RandomSource(seed: 7)

        for _ in 0..<2_000 {
            let span = Nanoseconds(random.next() >> random.below(64))
            let linear = (0..<bounds.count).first { span <= bounds[$0] } ?? bounds.count
            #expect(bounds.bucket(of: span) == linear)
        }
    }
}
