package import Base
package import Wire

/// The cells of one endpoint of a service; they live as long as the endpoint is configured.
package final class EndpointMetrics: Sendable {
    /// The states of a circuit breaker, in the order of the numbers that the gauge shows.
    package enum BreakerState: Int, Sendable, CaseIterable {
        case closed
        case halfOpen
        case open

        fileprivate var text: StaticString {
            switch self {
            case .closed: "closed"
            case .halfOpen: "half_open"
            case .open: "open"
            }
        }
    }

    package let inFlight = Gauge()
    package let breakerState = Gauge()
    private let breakerTransitions = CounterFamily(BreakerState.allCases.map(\.text))
    private let durations = RequestHistograms()
    private let values: [String]

    /// Adds all cells to `registry` under the names of the service and the endpoint.
    package init(
        service: String,
        version: String = "",
        endpoint: String,
        registry: MetricRegistry
    ) {
        values = [service, version, endpoint]
        for (metric, cell) in cells { registry.add(metric, values, cell) }
    }

    /// Takes all cells out of `registry`, once the endpoint is configured no more.
    package func withdraw(from registry: MetricRegistry) {
        for (metric, _) in cells { registry.remove(metric, values) }
    }

    /// Counts one attempt that has ended; a status of 0 stands for no answer.
    package func observe(_ span: Nanoseconds, method: Method, status: Int) {
        durations.record(span, method: method, status: status)
    }

    /// Shows that the breaker is in `state` now, and counts the change.
    package func breakerMoved(to state: BreakerState) {
        breakerState.set(state.rawValue)
        breakerTransitions.add(at: state.rawValue)
    }

    private var cells: [(Metric, MetricRegistry.Cell)] {
        [
            (Catalogue.upstreamDuration, .requestHistograms(durations)),
            (Catalogue.upstreamInFlight, .gauge(inFlight)),
            (Catalogue.breakerState, .gauge(breakerState)),
            (Catalogue.breakerTransitions, .counterFamily(breakerTransitions)),
        ]
    }
}
