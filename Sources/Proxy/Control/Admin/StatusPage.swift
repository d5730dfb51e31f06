import Base
import Config
import Policy
import Telemetry
import Wire

/// `/status` as `application/health+json`.
struct StatusPage {
    private let report: StatusReport
    var writer = JSONWriter()

    private init(_ report: StatusReport) {
        self.report = report
    }

    /// Appends the whole document.
    static func append(_ report: StatusReport, to output: inout ByteBuffer) {
        var page = StatusPage(report)
        page.append(&output)
        output.append("\n")
    }

    /// `pass`, `warn` or `fail`, as health+json has it.
    static func verdict(_ report: StatusReport) -> StaticString {
        if !report.isReady { return "fail" }
        return report.checks.contains { $0.warning != nil } ? "warn" : "pass"
    }

    private mutating func append(_ output: inout ByteBuffer) {
        writer.beginObject(&output)
        field("status", Self.verdict(report), &output)
        field("version", report.modelVersion, &output)
        field("releaseId", report.productVersion, &output)
        field("serviceId", report.service, &output)
        field("state", report.state.rawValue, &output)
        time("since", report.since, &output)
        time("startedAt", report.startedAt, &output)
        writer.key("ready", &output)
        writer.bool(report.isReady, &output)
        appendChecks(&output)
        appendDrain(&output)
        appendConfig(&output)
        appendLoad(&output)
        appendCertificates(&output)
        if let gateway = report.gateway {
            append(gateway, &output)
            writer.endObject(&output)
            return
        }
        writer.key("upstreams", &output)
        writer.beginArray(&output)
        for upstream in report.upstreams { append(upstream, &output) }
        writer.endArray(&output)
        writer.endObject(&output)
    }

    private mutating func appendChecks(_ output: inout ByteBuffer) {
        writer.key("checks", &output)
        writer.beginObject(&output)
        for check in report.checks {
            writer.key(check.name, &output)
            writer.beginArray(&output)
            writer.beginObject(&output)
            let status: StaticString =
                check.problem != nil ? "fail" : check.warning != nil ? "warn" : "pass"
            field("status", status, &output)
            if let text = check.problem ?? check.warning { field("output", text, &output) }
            writer.endObject(&output)
            writer.endArray(&output)
        }
        writer.endObject(&output)
    }

    private mutating func appendDrain(_ output: inout ByteBuffer) {
        writer.key("drain", &output)
        writer.beginObject(&output)
        let phase: StaticString
        switch report.drain {
        case .serving: phase = "serving"
        case .announcing: phase = "announcing"
        case .refusing: phase = "refusing"
        case .over: phase = "over"
        }
        field("phase", phase, &output)
        if let until = report.drain.nextChange { time("until", until, &output) }
        writer.endObject(&output)
    }

    private mutating func appendConfig(_ output: inout ByteBuffer) {
        writer.key("config", &output)
        writer.beginObject(&output)
        number("generation", Int(clamping: report.generation), &output)
        if let reload = report.lastReload {
            time("lastReload", reload.at, &output)
            writer.key("lastReloadErrors", &output)
            writer.beginArray(&output)
            for problem in reload.problems { writer.string(problem, &output) }
            writer.endArray(&output)
        }
        writer.endObject(&output)
    }

    private mutating func appendLoad(_ output: inout ByteBuffer) {
        number("requests", report.requests, &output)
        writer.key("connections", &output)
        writer.beginObject(&output)
        number("open", report.connections, &output)
        number("limit", report.connectionLimit, &output)
        writer.endObject(&output)
        number("bufferedBytes", report.bufferedBytes, &output)
    }

    private mutating func appendCertificates(_ output: inout ByteBuffer) {
        guard !report.certificates.isEmpty else { return }
        writer.key("certificates", &output)
        writer.beginArray(&output)
        for certificate in report.certificates {
            writer.beginObject(&output)
            field("file", certificate.file, &output)
            field("subject", certificate.title, &output)
            writer.key("validUntil", &output)
            writer.separate(&output)
            output.append("\"")
            let seconds = UInt64(clamping: certificate.validUntil)
            Timestamp.append(unixNanoseconds: seconds &* 1_000_000_000, to: &output)
            output.append("\"")
            writer.endObject(&output)
        }
        writer.endArray(&output)
    }

    private mutating func append(_ upstream: StatusReport.Upstream, _ output: inout ByteBuffer) {
        writer.beginObject(&output)
        field("name", upstream.name, &output)
        field("engine", upstream.engine, &output)
        append(members: upstream, &output)
        writer.endObject(&output)
    }

    /// What an upstream is working on, and its endpoints.
    mutating func append(members upstream: StatusReport.Upstream, _ output: inout ByteBuffer) {
        field("state", upstream.state.rawValue, &output)
        number("requests", upstream.requests, &output)
        number("errors", upstream.errors, &output)
        number("inFlight", upstream.inFlight, &output)
        number("concurrency", upstream.concurrency, &output)
        writer.key("queue", &output)
        writer.beginObject(&output)
        number("depth", upstream.depth, &output)
        number("limit", upstream.queue, &output)
        writer.key("serviceTimeSeconds", &output)
        writer.seconds(upstream.serviceTime, &output)
        writer.endObject(&output)
        writer.key("retryBudget", &output)
        writer.beginObject(&output)
        number("inFlight", upstream.retriesInFlight, &output)
        number("limit", upstream.retryLimit, &output)
        writer.endObject(&output)
        writer.key("endpoints", &output)
        writer.beginArray(&output)
        for endpoint in upstream.endpoints { append(endpoint, &output) }
        writer.endArray(&output)
    }

    private mutating func append(_ endpoint: StatusReport.Endpoint, _ output: inout ByteBuffer) {
        writer.beginObject(&output)
        field("address", endpoint.name, &output)
        field("state", endpoint.state.rawValue, &output)
        time("since", endpoint.since, &output)
        field("evidence", endpoint.evidence, &output)
        writer.key("ready", &output)
        writer.bool(endpoint.isReady, &output)
        if endpoint.state == .loading {
            writer.key("expectedReadyInSeconds", &output)
            if let span = endpoint.expectedReadyIn {
                writer.seconds(span, &output)
            } else {
                writer.null(&output)
            }
        }
        number("inFlight", endpoint.inFlight, &output)
        if let load = endpoint.reportedLoad { number("reportedLoad", load, &output) }
        if !endpoint.isWilling {
            writer.key("willing", &output)
            writer.bool(false, &output)
        }
        appendBreaker(endpoint, &output)
        writer.key("history", &output)
        writer.beginArray(&output)
        for change in endpoint.history {
            writer.beginObject(&output)
            time("time", change.at, &output)
            field("state", change.state.rawValue, &output)
            field("evidence", change.evidence, &output)
            writer.endObject(&output)
        }
        writer.endArray(&output)
        writer.endObject(&output)
    }

    private mutating func appendBreaker(
        _ endpoint: StatusReport.Endpoint,
        _ output: inout ByteBuffer
    ) {
        writer.key("breaker", &output)
        writer.beginObject(&output)
        switch endpoint.breaker {
        case .closed: field("state", "closed" as StaticString, &output)
        case .halfOpen: field("state", "half_open" as StaticString, &output)
        case .open(let until):
            field("state", "open" as StaticString, &output)
            time("until", until, &output)
        }
        if let since = endpoint.breakerOpenSince { time("openSince", since, &output) }
        number("failuresInARow", endpoint.failuresInARow, &output)
        writer.endObject(&output)
    }
}

/// Members of one kind each.
extension StatusPage {
    mutating func field(
        _ name: StaticString,
        _ text: StaticString,
        _ output: inout ByteBuffer
    ) {
        writer.key(name, &output)
        writer.string(text, &output)
    }

    @_disfavoredOverload
    mutating func field(
        _ name: StaticString,
        _ text: String,
        _ output: inout ByteBuffer
    ) {
        writer.key(name, &output)
        writer.string(text, &output)
    }

    mutating func number(
        _ name: StaticString,
        _ number: Int,
        _ output: inout ByteBuffer
    ) {
        writer.key(name, &output)
        writer.number(number, &output)
    }

    private mutating func time(
        _ name: StaticString,
        _ instant: Instant,
        _ output: inout ByteBuffer
    ) {
        writer.key(name, &output)
        writer.separate(&output)
        output.append("\"")
        Timestamp.append(unixNanoseconds: report.wall(instant), to: &output)
        output.append("\"")
    }
}
