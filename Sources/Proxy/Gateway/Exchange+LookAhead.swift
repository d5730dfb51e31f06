import Access
import Base
import Config
import Policy
import Routing
import Telemetry
import Wire

/// Reading the beginning of a body for the model that it names.
extension Exchange {
    /// Keeps the body until it tells the model, ends, or is longer than is looked at.
    mutating func lookAhead(
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard request.framing != .none else {
            passage.model = .absent
            return route(gateway, &context, now, &actions)
        }
        attempt = .lookingAhead
        passage.lookAhead = ModelLookAhead()
        phaseEnds = now.advanced(by: snapshot.config.timeouts.clientIdle)
        expectBody(&actions)
        // What came while the caller was looked up is there already.
        if !held.isEmpty || requestSide == .complete { actions.append(.inspect) }
        actions.append(.readRequest(true))
    }

    /// Reads what is held anew; goes on once the model is known, or cannot be.
    mutating func inspect(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard attempt == .lookingAhead, let gateway = snapshot.gateway,
            var lookAhead = passage.lookAhead
        else { return }
        let seen = inspected
        var outcome = held.withReadable { lookAhead.feed($0.extracting(seen...)) }
        inspected = held.readableCount
        if outcome == .needsMore, requestSide == .complete { outcome = lookAhead.finish() }
        passage.lookAhead = lookAhead
        switch outcome {
        case .needsMore: return
        case .found(let name): passage.model = .named(name)
        case .absent, .notJSON: passage.model = .absent
        case .duplicate: return refuse(.malformedRequest, &context, now, &actions)
        }
        // A caller that may use some models only must not name another one further on.
        if passage.principal?.models != nil, case .named = passage.model {
            let looked = seen + lookAhead.taken
            let isHonest = held.withReadable { lookAhead.watch($0.extracting(looked...)) }
            guard isHonest else { return refuse(.malformedRequest, &context, now, &actions) }
            passage.watch = lookAhead
        }
        attempt = .none
        phaseEnds = .distantFuture
        passage.lookAhead = nil
        route(gateway, &context, now, &actions)
    }

    /// Reads on in a body whose model has been judged; `false` when it names a second one.
    mutating func watch(_ bytes: Span<UInt8>) -> Bool {
        passage.watch?.watch(bytes) ?? true
    }
}
