import Wire

/// The cells of the process as a whole.
///
/// Memory, descriptors and processor time are set by whoever is about to show the metrics.
package final class ProcessMetrics: Sendable {
    /// Which way a connection goes: the label `side`.
    package enum Side: Int, Sendable, CaseIterable {
        case downstream
        case upstream

        var text: StaticString {
            switch self {
            case .downstream: "downstream"
            case .upstream: "upstream"
            }
        }
    }

    package let connectionsRefused = Counter()
    package let configGeneration = Gauge()
    package let logLinesDropped = Counter()
    package let bufferBytes = Gauge()
    package let eventLoopLag = Histogram(.lags)
    package let residentMemory = Gauge()
    package let openDescriptors = Gauge()
    /// Nanoseconds since 1970.
    package let startTime = Gauge()
    /// Nanoseconds of all threads.
    package let processorTime = Gauge()

    private let connectionsOpen = Side.allCases.map { _ in Gauge() }
    private let connectionsTotal = CounterFamily(Side.allCases.map(\.text))
    /// Connections ended because of what their client did too much of, by `HTTP2Abuse`.
    package let abuses = CounterFamily(HTTP2Abuse.allCases.map(\.name))
    private let handshakes = Side.allCases.map { _ in CounterFamily(["no", "yes"]) }
    private let handshakeFailures = Side.allCases.map { _ in
        CounterFamily(HandshakeFailure.allCases.map(\.text))
    }
    private let configReloads = CounterFamily(["success", "failure"])

    /// Adds all cells to `registry`.
    package init(version: String, registry: MetricRegistry) {
        let cells: [(Metric, [String], MetricRegistry.Cell)] = [
            (Catalogue.connectionsTotal, [], .counterFamily(connectionsTotal)),
            (Catalogue.connectionsRefused, [], .counter(connectionsRefused)),
            (Catalogue.http2Abuses, [], .counterFamily(abuses)),
            (Catalogue.configReloads, [], .counterFamily(configReloads)),
            (Catalogue.configGeneration, [], .gauge(configGeneration)),
            (Catalogue.logLinesDropped, [], .counter(logLinesDropped)),
            (Catalogue.bufferBytes, [], .gauge(bufferBytes)),
            (Catalogue.eventLoopLag, [], .histogram(eventLoopLag)),
            (Catalogue.buildInfo, [version], .gauge(Gauge(1))),
            (Catalogue.residentMemory, [], .gauge(residentMemory)),
            (Catalogue.openDescriptors, [], .gauge(openDescriptors)),
            (Catalogue.startTime, [], .gauge(startTime)),
            (Catalogue.processorTime, [], .gauge(processorTime)),
        ]
        for (metric, values, cell) in cells { registry.add(metric, values, cell) }
        for side in Side.allCases {
            registry.add(
                Catalogue.connectionsOpen,
                ["\(side.text)"],
                .gauge(connectionsOpen[side.rawValue])
            )
            let name = "\(side.text)"
            let done = handshakes[side.rawValue]
            registry.add(Catalogue.handshakes, [name], .counterFamily(done))
            let failed = handshakeFailures[side.rawValue]
            registry.add(Catalogue.handshakeFailures, [name], .counterFamily(failed))
        }
    }

    /// Counts a connection that has been opened.
    package func connectionOpened(_ side: Side) {
        connectionsOpen[side.rawValue].add(1)
        connectionsTotal.add(at: side.rawValue)
    }

    /// Counts a connection that has been closed.
    package func connectionClosed(_ side: Side) {
        connectionsOpen[side.rawValue].add(-1)
    }

    /// Counts a handshake of TLS that has come to its end.
    package func shookHands(_ side: Side, isResumed: Bool) {
        handshakes[side.rawValue].add(at: isResumed ? 1 : 0)
    }

    /// Counts a handshake of TLS that has failed.
    package func handshakeFailed(_ side: Side, _ failure: HandshakeFailure) {
        handshakeFailures[side.rawValue].add(at: failure.index)
    }

    /// Counts a reload; a failed one has changed nothing.
    package func configReloaded(isSuccess: Bool) {
        configReloads.add(at: isSuccess ? 0 : 1)
    }
}
