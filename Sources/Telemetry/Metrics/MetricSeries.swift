import Base

/// One series of a metric: its name, its labels, and how its values become lines.
struct MetricSeries {
    private let metric: Metric
    private let values: [String]

    init(_ metric: Metric, _ values: [String]) {
        self.metric = metric
        self.values = values
    }

    /// The same series with values for the next labels.
    func with(_ more: String...) -> MetricSeries {
        MetricSeries(metric, values + more)
    }

    /// Appends the line of a counter.
    func append(_ count: UInt64, to output: inout ByteBuffer) {
        appendName(to: &output)
        append(value: count, to: &output)
    }

    /// Appends the line of a gauge.
    func append(_ level: Int, to output: inout ByteBuffer) {
        appendName(to: &output)
        if level < 0 { output.append(UInt8(ascii: "-")) }
        append(value: UInt64(level.magnitude), to: &output)
    }

    /// Appends the lines of a histogram: its buckets, each with those below, its sum and count.
    func append(_ histogram: Histogram, to output: inout ByteBuffer) {
        var count: UInt64 = 0
        for index in 0...histogram.bounds.count {
            count &+= histogram.count(inBucket: index)
            let bound = index < histogram.bounds.count ? histogram.bounds[index] : nil
            appendName("_bucket", bound: .some(bound), to: &output)
            output.append(decimal: count)
            output.append(UInt8(ascii: "\n"))
        }
        appendName("_sum", to: &output)
        append(value: histogram.sum.count, to: &output)
        appendName("_count", to: &output)
        output.append(decimal: count)
        output.append(UInt8(ascii: "\n"))
    }

    private func append(value: UInt64, to output: inout ByteBuffer) {
        switch metric.unit {
        case .one, .bytes: output.append(decimal: value)
        case .seconds: output.append(seconds: Nanoseconds(value))
        }
        output.append(UInt8(ascii: "\n"))
    }

    /// Appends name and labels; `bound` is there for buckets alone, `nil` within for no bound.
    private func appendName(
        _ suffix: StaticString = "",
        bound: Nanoseconds?? = .none,
        to output: inout ByteBuffer
    ) {
        output.append(metric.name)
        output.append(suffix)
        var separator = UInt8(ascii: "{")
        // An empty value says the same as no label.
        for (label, value) in zip(metric.labels, values) where !value.isEmpty {
            output.append(separator)
            output.append(label)
            output.append("=\"")
            append(escaped: value, to: &output)
            output.append(UInt8(ascii: "\""))
            separator = UInt8(ascii: ",")
        }
        if let bound {
            output.append(separator)
            append(bound: bound, to: &output)
            separator = UInt8(ascii: ",")
        }
        if separator == UInt8(ascii: ",") { output.append(UInt8(ascii: "}")) }
        output.append(UInt8(ascii: " "))
    }

    private func append(bound: Nanoseconds?, to output: inout ByteBuffer) {
        output.append("le=\"")
        if let bound {
            append(shortSeconds: bound, to: &output)
        } else {
            output.append("+Inf")
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Seconds without needless zeros but with a point, as OpenMetrics wants bounds: `0.25`, `1.0`.
    private func append(shortSeconds span: Nanoseconds, to output: inout ByteBuffer) {
        output.append(decimal: span.count / 1_000_000_000)
        output.append(UInt8(ascii: "."))
        var rest = span.count % 1_000_000_000
        repeat {
            output.append(UInt8(truncatingIfNeeded: 48 + rest / 100_000_000))
            rest = rest % 100_000_000 * 10
        } while rest > 0
    }

    /// Backslash, quote and line feed are the three bytes that a label value must escape.
    private func append(escaped value: String, to output: inout ByteBuffer) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): output.append("\\\\")
            case UInt8(ascii: "\""): output.append("\\\"")
            case UInt8(ascii: "\n"): output.append("\\n")
            default: output.append(byte)
            }
        }
    }
}
