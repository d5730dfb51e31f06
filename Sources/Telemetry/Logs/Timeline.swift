package import Base

/// The first steps of one request, each with its distance from the request's arrival.
///
/// Bounded and inline; steps beyond the bound are counted and not kept.
package struct Timeline: Sendable {
    /// The most steps kept of one request.
    package static let stepsMax = 24

    /// What happened, or what was decided; the comment says what the detail is.
    package enum Step: UInt8, Sendable, CaseIterable {
        case headComplete
        /// Requests waiting in front.
        case queued
        case admitted
        /// The reason's index.
        case refused
        /// The endpoint's index.
        case endpointChosen
        /// The endpoint's index.
        case breakerRejected
        /// The endpoint's index.
        case probe
        case connecting
        case connected
        case connectionReused
        case requestSent
        /// The status.
        case responseHead
        case firstByte
        /// The retry reason's index.
        case attemptFailed
        /// Milliseconds of back-off.
        case retryScheduled
        case retryDenied
        case faultInjected
        case fallbackSent
        /// The index of the service that stands in.
        case standIn
        case switchedProtocols
        case clientGone
        case deadlinePassed
        case aborted
        case finished

        /// The word in the flight recorder.
        package var text: StaticString {
            switch self {
            case .headComplete: "head_complete"
            case .queued: "queued"
            case .admitted: "admitted"
            case .refused: "refused"
            case .endpointChosen: "endpoint_chosen"
            case .breakerRejected: "breaker_rejected"
            case .probe: "probe"
            case .connecting: "connecting"
            case .connected: "connected"
            case .connectionReused: "connection_reused"
            case .requestSent: "request_sent"
            case .responseHead: "response_head"
            case .firstByte: "first_byte"
            case .attemptFailed: "attempt_failed"
            case .retryScheduled: "retry_scheduled"
            case .retryDenied: "retry_denied"
            case .faultInjected: "fault_injected"
            case .fallbackSent: "fallback_sent"
            case .standIn: "stand_in"
            case .switchedProtocols: "switched_protocols"
            case .clientGone: "client_gone"
            case .deadlinePassed: "deadline_passed"
            case .aborted: "aborted"
            case .finished: "finished"
            }
        }
    }

    /// One step.
    package struct Entry: Sendable {
        package let step: Step
        package let detail: UInt16
        /// Time since the request arrived, at most 2 h 26 min.
        package let offset: Nanoseconds
    }

    /// One step in eight bytes: 5 bits of step, 16 of detail, the rest nanoseconds.
    ///
    /// Packed and not a structure: three stores and two loads each would not be one.
    private var entries = InlineArray<24, UInt64>(repeating: 0)
    /// Steps kept.
    package private(set) var count = 0
    /// Steps that came after the bound was reached.
    package private(set) var omitted = 0

    /// The longest offset that can be told.
    package static let offsetMax = Nanoseconds(1 << 43 - 1)

    /// The step at `index`, which is below `count`.
    package subscript(index: Int) -> Entry {
        precondition(index < count, "no such step")
        let entry = entries[index]
        guard let step = Step(rawValue: UInt8(truncatingIfNeeded: entry & 31)) else {
            preconditionFailure("a step was written that does not exist")
        }
        let detail = UInt16(truncatingIfNeeded: entry >> 5)
        return Entry(step: step, detail: detail, offset: Nanoseconds(entry >> 21))
    }

    mutating func append(_ step: Step, detail: UInt16, offset: Nanoseconds) {
        guard count < Self.stepsMax else {
            omitted += 1
            return
        }
        let clamped = min(offset.count, Self.offsetMax.count)
        entries[count] = clamped << 21 | UInt64(detail) << 5 | UInt64(step.rawValue)
        count &+= 1
    }

    /// Forgets every step; they are not cleared, because none is looked at beyond `count`.
    mutating func clear() {
        count = 0
        omitted = 0
    }
}
