package import Telemetry

/// What an exchange wants done; the worker does it, in order.
///
/// Trivial, as `Event` is: what owns memory lies in the exchange, so that telling costs nothing.
package enum Action: Sendable {
    /// Answer `100 Continue`, because the body is wanted before anything else happens.
    case sendContinue
    /// Ask those of `Passage.lookup` about the credential; `.lookedUp` tells when that is over.
    case lookUp
    /// Come back with `.inspect` once what was asked for before is done.
    case inspect
    /// Open or reuse a connection to the endpoint of `Exchange.grant`.
    case connect
    case sendRequestHead
    /// Send what is held; keep it when it may be replayed.
    case sendHeld
    /// Keep the lent bytes.
    case holdRequest
    /// Pass the lent bytes to the model.
    case forwardRequest(isLast: Bool)
    /// Tell the model that the client ended its direction of a tunnel.
    case endRequest
    case readRequest(Bool)
    case sendInterim
    case sendResponseHead
    /// Pass the lent bytes to the client.
    case forwardResponse(isLast: Bool)
    /// Tell the client that the model ended its direction of a tunnel.
    case endResponse
    case readResponse(Bool)
    /// Answer in our own name.
    case reply(Reason)
    /// Answer OPTIONS ourselves because `Max-Forwards` ended here (RFC 9110 §7.6.2).
    case answerOptions
    /// List the models that the caller may use.
    case listModels
    /// End an answer that has begun, so that it cannot look complete.
    case abortResponse(Reason)
    /// Let go of the connection to the model: pooled when it can be reused, else closed.
    case releaseUpstream(isReusable: Bool)
    /// Everything is said; release the exchange.
    case finish
}

/// The actions of one event: at most `capacity`, in place, nothing allocated.
package struct Actions: ~Copyable {
    package static let capacity = 8
    private var storage = InlineArray<8, Action>(repeating: .finish)
    /// Actions to do.
    package private(set) var count = 0

    package init() {}

    /// Adds `action` at the end; an exchange never asks for more than `capacity` at once.
    package mutating func append(_ action: Action) {
        precondition(count < Self.capacity, "an event has a bounded number of consequences")
        storage[count] = action
        count += 1
    }

    package subscript(index: Int) -> Action {
        precondition(index < count)
        return storage[index]
    }
}
