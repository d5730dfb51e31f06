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

    /// One step: eight bytes.
    package struct Entry: Sendable {
        package let step: Step
        package let detail: UInt16
        /// Microseconds since the request arrived, at most 71 minutes.
        private let microseconds: UInt32

        init(_ step: Step, detail: UInt16, offset: Nanoseconds) {
            self.step = step
            self.detail = detail
            microseconds = UInt32(clamping: offset.count / 1_000)
        }

        /// Time since the request arrived.
        package var offset: Nanoseconds { Nanoseconds(UInt64(microseconds) * 1_000) }
    }

    private var entries = InlineArray<24, Entry>(
        repeating: Entry(.headComplete, detail: 0, offset: .zero)
    )
    /// Steps kept.
    package private(set) var count = 0
    /// Steps that came after the bound was reached.
    package private(set) var omitted = 0

    /// The step at `index`, which is below `count`.
    package subscript(index: Int) -> Entry {
        precondition(index < count, "no such step")
        return entries[index]
    }

    mutating func append(_ step: Step, detail: Int, offset: Nanoseconds) {
        guard count < Self.stepsMax else {
            omitted += 1
            return
        }
        entries[count] = Entry(step, detail: UInt16(clamping: detail), offset: offset)
        count += 1
    }
}
