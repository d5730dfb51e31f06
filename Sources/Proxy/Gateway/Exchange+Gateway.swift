import Access
import Base
import Policy
import Routing
import Telemetry
import Wire

/// The gateway's first half: one path, one credential, one caller.
extension Exchange {
    /// Brings the path into its one form, then asks who the caller is.
    mutating func enter(
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        let path = request.path
        switch request.fields.withBytes({ PathNormaliser.check($0, path) }) {
        case .normal: break
        case .changed(let normal): passage.path = normal
        case .refused: return refuse(.malformedRequest, &context, now, &actions)
        }
        identify(gateway, &context, now, &actions)
    }

    /// Judges the credential from memory; what memory does not know is looked up.
    mutating func identify(
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        switch CredentialReader.read(head: request) {
        case .none:
            if let certified = passage.certified {
                passage.hasCredential = true
                // A connection may outlive the certificate with which it began.
                guard unixSeconds(now) < certified.expires ?? .max else {
                    return deny(gateway, &context, now, &actions)
                }
                return recognise(certified, gateway, &context, now, &actions)
            }
            guard let anonymous = gateway.gatekeeper.anonymous else {
                return deny(gateway, &context, now, &actions)
            }
            recognise(anonymous, gateway, &context, now, &actions)
        case .conflicting, .malformed:
            passage.hasCredential = true
            deny(gateway, &context, now, &actions)
        case .one(let range):
            passage.hasCredential = true
            let seconds = unixSeconds(now)
            let verdict = request.fields.withBytes {
                context.judge($0.extracting(range), by: gateway.gatekeeper, now: seconds)
            }
            follow(verdict, gateway, &context, now, &actions)
        }
    }

    private mutating func follow(
        _ verdict: Gatekeeper.Verdict,
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        switch verdict {
        case .accepted(let principal):
            recognise(principal, gateway, &context, now, &actions)
        case .refused(.introspectionFailed):
            refuse(.internalError, retryAfter: .seconds(1), &context, now, &actions)
        case .refused:
            deny(gateway, &context, now, &actions)
        case .lookUp(let lookup):
            lookUp(lookup, gateway, &context, now, &actions)
        }
    }

    /// Asks the control loop, as far as the address is allowed to make it ask.
    ///
    /// What is asked counts until somebody vouches for the credential: who leaves early, or makes
    /// credentials up, spends his allowance, and nobody else's.
    private mutating func lookUp(
        _ lookup: Gatekeeper.Lookup,
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard attempt != .identifying else {
            // It was looked up and is still not known: a key that nobody has, or no key at all.
            guard case .keySet(let issuer) = lookup,
                gateway.gatekeeper.keySets[issuer].current != nil
            else { return refuse(.internalError, retryAfter: .seconds(1), &context, now, &actions) }
            return deny(gateway, &context, now, &actions)
        }
        if let wait = gateway.lookUps.failed(passage.client, now: now) {
            return refuse(.authThrottled, retryAfter: wait, &context, now, &actions)
        }
        attempt = .identifying
        phaseEnds = now.advanced(by: Self.lookUpPatience)
        passage.lookup = lookup
        actions.append(.lookUp)
    }

    /// How long a caller waits for those who know its credential.
    static let lookUpPatience = Nanoseconds.seconds(5)

    /// What the caller showed; empty where that was nothing that could be judged.
    var credential: [UInt8] {
        mutating get {
            guard case .one(let range) = CredentialReader.read(head: request) else { return [] }
            return request.fields.withBytes { $0.array(range) }
        }
    }

    /// What was looked up is known now, or cannot be had.
    mutating func lookedUp(
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard attempt == .identifying, let gateway = snapshot.gateway else { return }
        let outcome = passage.outcome
        passage.outcome = nil
        passage.lookup = nil
        switch outcome {
        case .keySetLookedUp: identify(gateway, &context, now, &actions)
        // Not by way of memory, which need not keep what it is told.
        case .judged(let verdict): follow(verdict, gateway, &context, now, &actions)
        case .unanswered, nil:
            refuse(.internalError, retryAfter: .seconds(1), &context, now, &actions)
        }
    }

    /// 401, or 429 where bad credentials keep coming from one address; nothing tells why.
    private mutating func deny(
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        attempt = .none
        if passage.hasCredential,
            let wait = gateway.throttle.failed(passage.client, now: now)
        {
            return refuse(.authThrottled, retryAfter: wait, &context, now, &actions)
        }
        refuse(.unauthenticated, &context, now, &actions)
    }

    private mutating func recognise(
        _ principal: Principal,
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        if attempt == .identifying { gateway.lookUps.forgive(passage.client, now: now) }
        attempt = .none
        phaseEnds = .distantFuture
        passage.principal = principal
        passage.traits = context.callers.traits(of: principal)
        record.setCaller(principal.caller)
        route(gateway, &context, now, &actions)
    }

    /// The wall clock in seconds since 1970, as of `now`.
    mutating func unixSeconds(_ now: Instant) -> Int64 {
        let elapsed = now.since(record.arrived)
        return Int64(clamping: (record.wallClock &+ elapsed.count) / 1_000_000_000)
    }
}
