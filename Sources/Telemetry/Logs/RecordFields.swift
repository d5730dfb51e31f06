import Base
import Wire

/// Writes a record as the members of a JSON object, the same for the log and the recorder.
///
/// Names follow OpenTelemetry's conventions where those have one; times are in seconds.
struct RecordFields {
    private let record: RequestRecord
    private let names: ServiceNames

    init(_ record: RequestRecord, _ names: ServiceNames) {
        self.record = record
        self.names = names
    }

    /// Appends all members, without braces around them.
    func append(to output: inout ByteBuffer) {
        output.append("\"time\":\"")
        Timestamp.append(unixNanoseconds: record.wallClock, to: &output)
        output.append("\"")
        appendRequest(to: &output)
        appendAnswer(to: &output)
        appendUpstream(to: &output)
        appendTrace(to: &output)
        appendTimes(to: &output)
    }

    private func appendRequest(to output: inout ByteBuffer) {
        if let service = names.service(record.service) {
            output.append(",\"service\":")
            output.append(service)
        }
        if let version = names.version(ofService: record.service) {
            output.append(",\"service.version\":")
            output.append(version)
        }
        if let route = record.route, let name = names.route(route) {
            output.append(",\"http.route\":")
            output.append(name)
        }
        append(",\"caller\":", record.subject, to: &output)
        append(",\"tenant\":", record.tenant, to: &output)
        if record.isKey { append(",\"key_id\":", record.subject, to: &output) }
        output.append(",\"http.request.method\":\"")
        output.append(record.method.label)
        output.append("\",\"url.path\":")
        append(record.path, to: &output)
        output.append(",\"client.address\":")
        append(record.peer, to: &output)
        output.append(",\"request_id\":")
        append(record.requestID, to: &output)
        output.append(",\"http.request.body.size\":")
        output.append(decimal: record.bytesIn)
    }

    /// A member that is left out where there is nothing to say.
    private func append<let wordCount: Int>(
        _ name: StaticString,
        _ bytes: InlineBytes<wordCount>,
        to output: inout ByteBuffer
    ) {
        guard bytes.count > 0 else { return }
        output.append(name)
        append(bytes, to: &output)
    }

    private func appendAnswer(to output: inout ByteBuffer) {
        if record.status != 0 {
            output.append(",\"http.response.status_code\":")
            output.append(decimal: record.status)
        }
        output.append(",\"http.response.body.size\":")
        output.append(decimal: record.bytesOut)
        if let reason = record.reason {
            output.append(",\"reason\":\"")
            output.append(reason.code)
            output.append("\"")
        }
        if record.isAborted { output.append(",\"aborted\":true") }
        if record.isFallback { output.append(",\"fallback\":true") }
    }

    private func appendUpstream(to output: inout ByteBuffer) {
        output.append(",\"processed\":\"")
        output.append(record.processed.text)
        output.append("\",\"attempts\":")
        output.append(decimal: record.attempts)
        if let endpoint = record.endpoint,
            let name = names.endpoint(endpoint, of: record.service)
        {
            output.append(",\"endpoint\":")
            output.append(name)
            output.append(record.isReused ? ",\"reused\":true" : ",\"reused\":false")
        }
        if !record.retryReasons.isEmpty { appendRetries(to: &output) }
    }

    private func appendRetries(to output: inout ByteBuffer) {
        var separator: StaticString = ",\"retries\":[\""
        for reason in RetryReason.allCases where record.retryReasons.contains(.init(reason)) {
            output.append(separator)
            output.append(reason.text)
            separator = "\",\""
        }
        output.append("\"]")
    }

    private func appendTrace(to output: inout ByteBuffer) {
        guard record.traceID != 0 else { return }
        output.append(",\"trace_id\":\"")
        HexDigits.append(record.traceID, to: &output)
        output.append("\",\"span_id\":\"")
        output.append(hex: record.spanID, digits: 16)
        output.append(record.isSampled ? "\",\"sampled\":true" : "\",\"sampled\":false")
    }

    /// The whole, then each phase from the end of the one before it.
    private func appendTimes(to output: inout ByteBuffer) {
        append(",\"duration\":", record.arrived, record.finished, to: &output)
        append(",\"head\":", record.arrived, record.headComplete, to: &output)
        append(",\"queued\":", record.enqueued, record.admitted, to: &output)
        append(",\"connect\":", record.admitted, record.connected, to: &output)
        append(",\"first_byte\":", record.sent, record.firstByte, to: &output)
        append(",\"body\":", record.firstByte, record.finished, to: &output)
    }

    private func append(
        _ name: StaticString,
        _ start: Instant?,
        _ end: Instant?,
        to output: inout ByteBuffer
    ) {
        guard let start, let end else { return }
        output.append(name)
        output.append(seconds: end.since(start))
    }

    private func append<let wordCount: Int>(
        _ bytes: InlineBytes<wordCount>,
        to output: inout ByteBuffer
    ) {
        bytes.withSpan { JSONText.append($0, to: &output) }
    }
}
