/// Every metric of the product, each said once: name, kind, unit, labels, meaning.
///
/// Label values come from configuration or from closed lists; a client can never add a series.
package enum Catalogue {
    /// All metrics, in the order of the text.
    package static let all =
        requests + refusals + upstream + health + connections + process

    static let requests = [
        requestDuration, activeRequests, timeToFirstByte, requestBytes, responseBytes, tunnels,
        fallbackAnswers, faultsInjected, routeRequests,
    ]
    static let refusals = [
        rejected, shadowRefusals, queueDepth, queueWait, retries, retryBudgetExhausted,
        wastedUpstream,
    ]
    static let upstream = [upstreamDuration, upstreamInFlight, breakerState, breakerTransitions]
    static let health = [healthState, healthChecks]
    static let connections = [
        connectionsOpen, connectionsTotal, connectionsRefused, http2Abuses, handshakes,
        handshakeFailures, certificateExpiry,
    ]
    static let process = [
        configReloads, configGeneration, logLinesDropped, bufferBytes, eventLoopLag, buildInfo,
        residentMemory, openDescriptors, startTime, processorTime,
    ]
}

/// What was asked of us.
extension Catalogue {
    package static let requestDuration = Metric(
        "http_server_request_duration_seconds",
        .histogram,
        unit: .seconds,
        labels: ["service", "version", "http_request_method", "http_response_status_code"],
        help: "Time from the first byte of a request to the last byte of its answer."
    )
    package static let activeRequests = Metric(
        "http_server_active_requests",
        .gauge,
        labels: ["service", "version"],
        help: "Requests that have begun and not yet ended, waiting ones included."
    )
    package static let timeToFirstByte = Metric(
        "outrider_time_to_first_byte_seconds",
        .histogram,
        unit: .seconds,
        labels: ["service", "version"],
        help: "Time from the first byte of a request to the first body byte of its answer."
    )
    package static let requestBytes = Metric(
        "outrider_request_bytes_total",
        .counter,
        unit: .bytes,
        labels: ["service", "version"],
        help: "Body bytes received from clients."
    )
    package static let responseBytes = Metric(
        "outrider_response_bytes_total",
        .counter,
        unit: .bytes,
        labels: ["service", "version"],
        help: "Body bytes sent to clients."
    )
    package static let tunnels = Metric(
        "outrider_tunnels_active",
        .gauge,
        labels: ["service", "version"],
        help: "WebSocket connections that are open."
    )
    package static let fallbackAnswers = Metric(
        "outrider_fallback_answers_total",
        .counter,
        labels: ["service", "version"],
        help: "Answers given by the configured fallback in place of an error."
    )
    package static let faultsInjected = Metric(
        "outrider_faults_injected_total",
        .counter,
        labels: ["service", "version"],
        help: "Requests that were delayed or aborted on purpose."
    )
}

/// Which way requests took through a gateway.
extension Catalogue {
    package static let routeRequests = Metric(
        "outrider_route_requests_total",
        .counter,
        labels: ["route", "service", "version", "reason"],
        help: "Requests of a route by service and version; without a reason the model answered."
    )
}

/// What was refused, what waited, what was tried again.
extension Catalogue {
    package static let rejected = Metric(
        "outrider_requests_rejected_total",
        .counter,
        labels: ["service", "version", "reason"],
        help: "Requests that the proxy itself ended, by reason."
    )
    package static let shadowRefusals = Metric(
        "outrider_shadow_refusals_total",
        .counter,
        labels: ["service", "version"],
        help: "Requests that admission would have refused, had it not been in shadow mode."
    )
    package static let queueDepth = Metric(
        "outrider_queue_depth",
        .gauge,
        labels: ["service", "version"],
        help: "Requests that wait for a slot at the model."
    )
    package static let queueWait = Metric(
        "outrider_queue_wait_seconds",
        .histogram,
        unit: .seconds,
        labels: ["service", "version"],
        help: "Time that requests waited for a slot at the model."
    )
    package static let retries = Metric(
        "outrider_retries_total",
        .counter,
        labels: ["service", "version", "reason"],
        help: "Attempts after the first, by what failed before."
    )
    package static let retryBudgetExhausted = Metric(
        "outrider_retry_budget_exhausted_total",
        .counter,
        labels: ["service", "version"],
        help: "Retries that were allowed but not made, because too many were under way."
    )
    package static let wastedUpstream = Metric(
        "outrider_wasted_upstream_seconds_total",
        .counter,
        unit: .seconds,
        labels: ["service", "version", "reason"],
        help: "Time that the model spent on requests whose answer nobody received."
    )
}

/// What the model did.
extension Catalogue {
    package static let upstreamDuration = Metric(
        "http_client_request_duration_seconds",
        .histogram,
        unit: .seconds,
        labels: [
            "service", "version", "endpoint", "http_request_method", "http_response_status_code",
        ],
        help: "Time of one attempt at an endpoint, from connecting to its last byte."
    )
    package static let upstreamInFlight = Metric(
        "outrider_upstream_in_flight",
        .gauge,
        labels: ["service", "version", "endpoint"],
        help: "Attempts that are under way at an endpoint."
    )
    package static let breakerState = Metric(
        "outrider_breaker_state",
        .gauge,
        labels: ["service", "version", "endpoint"],
        help: "State of the circuit breaker: 0 closed, 1 half-open, 2 open."
    )
    package static let breakerTransitions = Metric(
        "outrider_breaker_transitions_total",
        .counter,
        labels: ["service", "version", "endpoint", "to"],
        help: "Changes of the circuit breaker, by the state it went to."
    )
    package static let healthState = Metric(
        "outrider_health_state",
        .gauge,
        labels: ["service", "version", "state"],
        help: "1 for the state that holds, 0 for the others."
    )
    package static let healthChecks = Metric(
        "outrider_health_checks_total",
        .counter,
        labels: ["service", "version", "result"],
        help: "Active health checks, by result."
    )
}

/// What the process holds and costs.
extension Catalogue {
    package static let connectionsOpen = Metric(
        "outrider_connections",
        .gauge,
        labels: ["side"],
        help: "Connections that are open."
    )
    package static let connectionsTotal = Metric(
        "outrider_connections_total",
        .counter,
        labels: ["side"],
        help: "Connections opened so far."
    )
    package static let connectionsRefused = Metric(
        "outrider_connections_refused_total",
        .counter,
        help: "Client connections refused because too many were open."
    )
    package static let http2Abuses = Metric(
        "outrider_http2_abuses_total",
        .counter,
        labels: ["kind"],
        help: "Client connections ended with ENHANCE_YOUR_CALM, by what there was too much of."
    )
    package static let handshakes = Metric(
        "outrider_tls_handshakes_total",
        .counter,
        labels: ["side", "resumed"],
        help: "Handshakes of TLS that came to their end, resumed sessions apart."
    )
    package static let handshakeFailures = Metric(
        "outrider_tls_handshake_failures_total",
        .counter,
        labels: ["side", "cause"],
        help: "Handshakes of TLS that failed, by cause."
    )
    package static let certificateExpiry = Metric(
        "outrider_tls_certificate_expiry_timestamp_seconds",
        .gauge,
        unit: .seconds,
        labels: ["certificate"],
        help: "When a certificate that is shown to others ends, in seconds since 1970."
    )
    package static let configReloads = Metric(
        "outrider_config_reloads_total",
        .counter,
        labels: ["result"],
        help: "Reloads of the configuration, by result."
    )
    package static let configGeneration = Metric(
        "outrider_config_generation",
        .gauge,
        help: "How many configurations have been in force, the first included."
    )
    package static let logLinesDropped = Metric(
        "outrider_log_lines_dropped_total",
        .counter,
        help: "Log lines dropped because their reader was too slow."
    )
    package static let bufferBytes = Metric(
        "outrider_buffer_bytes",
        .gauge,
        unit: .bytes,
        help: "Bytes held in buffers for slower peers."
    )
    package static let eventLoopLag = Metric(
        "outrider_event_loop_lag_seconds",
        .histogram,
        unit: .seconds,
        help: "How long one turn of an event loop kept others waiting."
    )
    package static let buildInfo = Metric(
        "outrider_build_info",
        .gauge,
        labels: ["version"],
        help: "Always 1; the version is in the label."
    )
    package static let residentMemory = Metric(
        "process_resident_memory_bytes",
        .gauge,
        unit: .bytes,
        help: "Resident memory of the process."
    )
    package static let openDescriptors = Metric(
        "process_open_fds",
        .gauge,
        help: "File descriptors that are open."
    )
    package static let startTime = Metric(
        "process_start_time_seconds",
        .gauge,
        unit: .seconds,
        help: "When the process started, in seconds since 1970."
    )
    package static let processorTime = Metric(
        "process_cpu_seconds_total",
        .counter,
        unit: .seconds,
        help: "Processor time spent by the process, user and system."
    )
}
