import Synchronization

/// The cells of the process and the labels they carry, so that the text can be written.
///
/// Touched at start, at a reload and when the metrics are read, never by a request: those hold
/// their cells themselves. One lock guards the list; it is not held while text is written.
package final class MetricRegistry: Sendable {
    /// What stands behind one or more series of a metric.
    package enum Cell: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        case counterFamily(CounterFamily)
        case stateGauge(StateGauge)
        case requestHistograms(RequestHistograms)
    }

    /// A cell and the values of its owner's labels; the cell knows the values of the last ones.
    struct Entry: Sendable {
        let metric: Metric
        let values: [String]
        let cell: Cell
    }

    private let entries = Mutex<[Entry]>([])

    package init() {}

    /// Adds `cell`; one that had the same metric and values is replaced.
    package func add(_ metric: Metric, _ values: [String] = [], _ cell: Cell) {
        precondition(Catalogue.all.contains(metric), "a metric that is not in the catalogue")
        precondition(values.count + cell.labelCount == metric.labels.count, "labels do not fit")
        let entry = Entry(metric: metric, values: values, cell: cell)
        entries.withLock { entries in
            entries.removeAll { $0.metric == metric && $0.values == values }
            entries.append(entry)
        }
    }

    /// Forgets every cell whose first label values are `values`, such as a service that is gone.
    package func remove(_ metric: Metric, _ values: [String]) {
        entries.withLock { $0.removeAll { $0.metric == metric && $0.values == values } }
    }

    /// All entries of `metric`, in the order in which they were added.
    func entries(of metric: Metric) -> [Entry] {
        entries.withLock { $0.filter { $0.metric == metric } }
    }
}

extension MetricRegistry.Cell {
    /// How many labels the cell itself gives values to.
    fileprivate var labelCount: Int {
        switch self {
        case .counter, .gauge, .histogram: 0
        case .counterFamily, .stateGauge: 1
        case .requestHistograms: 2
        }
    }
}
