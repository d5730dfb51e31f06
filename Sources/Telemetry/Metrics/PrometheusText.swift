package import Base

/// Writes all metrics as text, in Prometheus' exposition format 0.0.4 or as OpenMetrics 1.0.
package enum PrometheusText {
    /// Which of the two dialects; they differ in the names of counters and in the last line.
    package enum Format: Sendable {
        case prometheus
        case openMetrics

        /// The value of `Content-Type`.
        package var contentType: StaticString {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    /// Appends every metric of the catalogue once, with the series that `registry` knows.
    package static func append(
        _ registry: MetricRegistry,
        format: Format = .prometheus,
        to output: inout ByteBuffer
    ) {
        for metric in Catalogue.all {
            appendHeader(metric, format, to: &output)
            for entry in registry.entries(of: metric) { append(entry, to: &output) }
        }
        if format == .openMetrics { output.append("# EOF\n") }
    }

    private static func appendHeader(
        _ metric: Metric,
        _ format: Format,
        to output: inout ByteBuffer
    ) {
        output.append("# HELP ")
        appendFamilyName(metric, format, to: &output)
        output.append(UInt8(ascii: " "))
        output.append(metric.help)
        output.append("\n# TYPE ")
        appendFamilyName(metric, format, to: &output)
        switch metric.kind {
        case .counter: output.append(" counter\n")
        case .gauge: output.append(" gauge\n")
        case .histogram: output.append(" histogram\n")
        }
    }

    /// OpenMetrics names the family of a counter without the `_total` of its series.
    private static func appendFamilyName(
        _ metric: Metric,
        _ format: Format,
        to output: inout ByteBuffer
    ) {
        guard format == .openMetrics, metric.kind == .counter else {
            output.append(metric.name)
            return
        }
        let name = "\(metric.name)"
        output.append(name.hasSuffix("_total") ? String(name.dropLast(6)) : name)
    }

    private static func append(_ entry: MetricRegistry.Entry, to output: inout ByteBuffer) {
        let series = MetricSeries(entry.metric, entry.values)
        switch entry.cell {
        case .counter(let counter):
            series.append(counter.value, to: &output)
        case .gauge(let gauge):
            series.append(gauge.value, to: &output)
        case .histogram(let histogram):
            series.append(histogram, to: &output)
        case .counterFamily(let family):
            for (index, value) in family.values.enumerated() {
                series.with("\(value)").append(family.value(at: index), to: &output)
            }
        case .stateGauge(let gauge):
            let now = gauge.index
            for (index, state) in gauge.states.enumerated() {
                series.with("\(state)").append(index == now ? 1 : 0, to: &output)
            }
        case .requestHistograms(let histograms):
            for (method, status, histogram) in histograms.all {
                series.with("\(method)", status).append(histogram, to: &output)
            }
        }
    }
}
