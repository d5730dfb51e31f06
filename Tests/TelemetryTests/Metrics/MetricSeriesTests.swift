import Base
import Testing

@testable import Telemetry

@Suite struct MetricSeriesTests {
    private static let level = Metric("a", .gauge, labels: ["x", "y"], help: "A.")
    private static let seconds = Metric("b_seconds", .gauge, unit: .seconds, help: "B.")

    @Test func `label values are escaped`() {
        let series = MetricSeries(Self.level, ["a\\b\"c\nd", "ü"])

        let text = written { series.append(-5, to: &$0) }

        #expect(text == "a{x=\"a\\\\b\\\"c\\nd\",y=\"ü\"} -5\n")
    }

    @Test func `nanoseconds are shown as seconds`() {
        let series = MetricSeries(Self.seconds, [])

        let text = written { series.append(1_500_000_000 as UInt64, to: &$0) }

        #expect(text == "b_seconds 1.500000\n")
    }

    @Test func `buckets are cumulative and the last one counts all`() {
        let histogram = Histogram(HistogramBounds(microseconds: [250_000, 1_000_000]))
        for millis in [100, 300, 5_000] as [UInt64] { histogram.record(.milliseconds(millis)) }

        let text = written { MetricSeries(Self.seconds, []).append(histogram, to: &$0) }

        #expect(
            text == """
                b_seconds_bucket{le="0.25"} 1
                b_seconds_bucket{le="1.0"} 2
                b_seconds_bucket{le="+Inf"} 3
                b_seconds_sum 5.400000
                b_seconds_count 3

                """
        )
    }
}
