import Base

/// A timeline as the elements of a JSON array.
enum TimelineText {
    /// Appends one object for each step; details that are places in a list become its words.
    static func append(_ timeline: Timeline, to output: inout ByteBuffer) {
        for index in 0..<timeline.count {
            let entry = timeline[index]
            output.append(index == 0 ? "{\"at\":" : ",{\"at\":")
            output.append(seconds: entry.offset)
            output.append(",\"step\":\"")
            output.append(entry.step.text)
            output.append("\"")
            appendDetail(of: entry, to: &output)
            output.append("}")
        }
        guard timeline.omitted > 0 else { return }
        output.append(",{\"omitted\":")
        output.append(decimal: timeline.omitted)
        output.append("}")
    }

    private static func appendDetail(of entry: Timeline.Entry, to output: inout ByteBuffer) {
        let detail = Int(entry.detail)
        switch entry.step {
        case .refused:
            guard let reason = Reason(rawValue: UInt8(clamping: detail)) else { return }
            append("reason", reason.code, to: &output)
        case .attemptFailed:
            guard let reason = RetryReason(rawValue: UInt8(clamping: detail)) else { return }
            append("reason", reason.text, to: &output)
        case .queued: append("ahead", detail, to: &output)
        case .standIn: append("service", detail, to: &output)
        case .endpointChosen, .breakerRejected, .probe: append("endpoint", detail, to: &output)
        case .responseHead: append("status", detail, to: &output)
        case .retryScheduled: append("backoff_ms", detail, to: &output)
        case .headComplete, .admitted, .connecting, .connected, .connectionReused, .requestSent,
            .firstByte, .retryDenied, .faultInjected, .fallbackSent, .switchedProtocols,
            .clientGone, .deadlinePassed, .aborted, .finished:
            break
        }
    }

    private static func append(
        _ name: StaticString,
        _ word: StaticString,
        to output: inout ByteBuffer
    ) {
        output.append(",\"")
        output.append(name)
        output.append("\":\"")
        output.append(word)
        output.append("\"")
    }

    private static func append(
        _ name: StaticString,
        _ number: Int,
        to output: inout ByteBuffer
    ) {
        output.append(",\"")
        output.append(name)
        output.append("\":")
        output.append(decimal: number)
    }
}
