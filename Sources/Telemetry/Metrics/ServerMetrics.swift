import Base

/// The cells of one service: what its clients asked, and what became of it.
///
/// Any worker may touch any cell at any time: all are atomics, none is ordered with another.
/// What a finished request tells is counted by `observe`; the rest by whoever sees it happen.
package final class ServerMetrics: Sendable {
    package let activeRequests = Gauge()
    package let tunnels = Gauge()
    package let queueDepth = Gauge()
    package let shadowRefusals = Counter()
    package let retryBudgetExhausted = Counter()
    package let faultsInjected = Counter()
    /// By `RetryReason.index`.
    package let retries = CounterFamily(RetryReason.allCases.map(\.text))
    /// By `CheckResult.index`.
    package let healthChecks = CounterFamily(CheckResult.allCases.map(\.text))
    /// By the index of `Self.healthStates`.
    package let healthState = StateGauge(ServerMetrics.healthStates)

    package let rejected = CounterFamily(Reason.allCases.map(\.code))
    package let fallbackAnswers = Counter()
    package let durations = RequestHistograms()
    package let timeToFirstByte = Histogram(.requests)
    package let queueWait = Histogram(.requests)
    package let wastedUpstream = CounterFamily(Waste.allCases.map(\.text))
    package let requestBytes = Counter()
    package let responseBytes = Counter()

    /// The states of a model, in the order of `/status`.
    package static let healthStates: [StaticString] = [
        "loading", "ready", "busy", "stalled", "faulted", "draining",
    ]

    /// Adds all cells to `registry` under the name and version of the service.
    package init(service: String, version: String = "", registry: MetricRegistry) {
        let cells: [(Metric, MetricRegistry.Cell)] = [
            (Catalogue.activeRequests, .gauge(activeRequests)),
            (Catalogue.tunnels, .gauge(tunnels)),
            (Catalogue.queueDepth, .gauge(queueDepth)),
            (Catalogue.shadowRefusals, .counter(shadowRefusals)),
            (Catalogue.retryBudgetExhausted, .counter(retryBudgetExhausted)),
            (Catalogue.faultsInjected, .counter(faultsInjected)),
            (Catalogue.retries, .counterFamily(retries)),
            (Catalogue.healthChecks, .counterFamily(healthChecks)),
            (Catalogue.healthState, .stateGauge(healthState)),
            (Catalogue.rejected, .counterFamily(rejected)),
            (Catalogue.fallbackAnswers, .counter(fallbackAnswers)),
            (Catalogue.requestDuration, .requestHistograms(durations)),
            (Catalogue.timeToFirstByte, .histogram(timeToFirstByte)),
            (Catalogue.queueWait, .histogram(queueWait)),
            (Catalogue.wastedUpstream, .counterFamily(wastedUpstream)),
            (Catalogue.requestBytes, .counter(requestBytes)),
            (Catalogue.responseBytes, .counter(responseBytes)),
        ]
        for (metric, cell) in cells { registry.add(metric, [service, version], cell) }
    }

    /// Counts a request that is active from now on.
    package func begin() {
        activeRequests.add(1)
    }

    /// Counts a request that was active until now.
    package func end(_ record: inout RequestRecord) {
        activeRequests.add(-1)
        observe(&record)
    }

    /// Counts a request that has ended: no lock, nothing allocated.
    ///
    /// Retries are counted when they begin and are not taken from the record again.
    package func observe(_ record: inout RequestRecord) {
        let arrived = record.arrived
        let finished = record.finished ?? arrived
        durations.record(
            finished.since(arrived),
            method: record.method,
            status: record.status
        )
        if let firstByte = record.firstByte {
            timeToFirstByte.record(firstByte.since(arrived))
        }
        if let enqueued = record.enqueued {
            queueWait.record((record.admitted ?? finished).since(enqueued))
        }
        if let reason = record.reason {
            rejected.add(at: reason.index)
            if let sent = record.sent, let waste = Waste(reason) {
                wastedUpstream.add(finished.since(sent), at: waste.index)
            }
        }
        if record.isFallback { fallbackAnswers.add() }
        if record.bytesIn > 0 { requestBytes.add(record.bytesIn) }
        if record.bytesOut > 0 { responseBytes.add(record.bytesOut) }
    }
}
