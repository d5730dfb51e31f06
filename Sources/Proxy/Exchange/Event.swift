package import Access
package import Policy
package import Telemetry
import Wire

/// What an exchange is told; bytes are never in it, only how many were lent.
package enum Event: Sendable {
    /// The head stands in `Exchange.request`; buffers may hold all the memory they may.
    case requestHead(isOverCapacity: Bool)
    /// What came is no request, or one that cannot be taken.
    case unreadable(Reason)
    /// The request's body broke its framing.
    case malformedBody
    /// So many payload bytes of the request body were lent.
    case requestBody(count: Int, isLast: Bool)
    /// What is held of the body has grown.
    case inspect
    /// What came of asking about the credential stands in `Passage.outcome`.
    case lookedUp
    /// The slot that was queued for is ours.
    case granted
    /// The queue was emptied because no endpoint admits any more.
    case turnedAway
    /// The connection to the endpoint takes bytes now.
    case upstreamReady(isReused: Bool)
    case upstreamFailed(AttemptFailure)
    /// No further connection to the model may be opened.
    case upstreamExhausted
    /// A 1xx head stands in `Exchange.response`.
    case interim
    /// The final head stands in `Exchange.response`.
    case responseHead
    /// The final head stands in `Exchange.response`, and its whole body of so many bytes was lent.
    case wholeResponse(count: Int)
    /// So many payload bytes of the response body were lent.
    case responseBody(count: Int, isLast: Bool)
    /// One direction of a tunnel ended.
    case upstreamEnded
    case downstreamBlocked(Bool)
    case upstreamBlocked(Bool)
    /// `wakeAt` was reached.
    case timer
    /// The client sent FIN after a complete request.
    case clientEnded
    /// The client reset, or sent FIN inside its request.
    case clientGone
    /// Others wait for a slot, and so many bytes of the answer wait for the client.
    case pressed(waiting: Int)
    /// The drain's patience is over.
    case drainTimedOut
}

/// What came of asking others about a credential.
package enum LookUpOutcome: Sendable {
    /// The key set is as new as it can be: memory may know now.
    case keySetLookedUp
    case judged(Gatekeeper.Verdict)
    /// Nobody answered in time.
    case unanswered
}
