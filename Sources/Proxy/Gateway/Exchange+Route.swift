import Access
import Base
import Policy
import Routing
import Telemetry
import Wire

/// The gateway's second half: which route, whether the caller may take it, and to which target.
extension Exchange {
    /// Finds the route and goes on along it.
    mutating func route(
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        guard let principal = passage.principal else { return }
        let match = passage.withPath(request.fields.bytes, request.path) {
            gateway.table.match(request, path: $0, caller: passage.traits, model: passage.model)
        }
        if !gateway.routesModels, isModelList { return answer(.listModels, now, &actions) }
        switch match {
        case .none:
            refuse(.noRoute, &context, now, &actions)
        case .needsModel:
            lookAhead(gateway, &context, now, &actions)
        case .route(let route):
            passage.route = route
            record.route = route
            authorise(principal, gateway, &context, now, &actions)
        }
    }

    private var isModelList: Bool {
        mutating get {
            guard request.method == .get || request.method == .head else { return false }
            return passage.withPath(request.fields.bytes, request.path) {
                $0.equals("/v1/models", 0..<$0.count)
            }
        }
    }

    /// Scopes first, then the list of models; what it does not need to know it does not read.
    private mutating func authorise(
        _ principal: Principal,
        _ gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        let plan = gateway.plans[passage.route]
        guard principal.has(scopes: plan.scopes) else {
            return refuse(.forbidden, &context, now, &actions)
        }
        let service = plan.serviceName
        guard principal.mayUse(service.span) else {
            switch passage.model {
            case .unread where !plan.models.isEmpty && request.framing != .none:
                return lookAhead(gateway, &context, now, &actions)
            case .named(let name):
                guard plan.models.contains(name), principal.mayUse(name.span) else { fallthrough }
                return head(for: gateway, &context, now, &actions)
            case .unread, .absent:
                return refuse(.forbidden, &context, now, &actions)
            }
        }
        head(for: gateway, &context, now, &actions)
    }

    /// Chooses the target, makes the request what the route wants it to be, and asks for leave.
    private mutating func head(
        for gateway: Gateway,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) {
        let plan = gateway.plans[passage.route]
        let place = passage.route
        let segment = passage.withPath(request.fields.bytes, request.path) {
            gateway.table.versionSegment(of: place, path: $0)
        }
        let target = gateway.chooser.choose(
            service: plan.service,
            range: plan.version,
            segment: segment,
            head: request,
            caller: passage.traits,
            random: &context.random
        )
        guard let target else { return refuse(.noRoute, &context, now, &actions) }
        passage.standIns = standIns(for: target, gateway)
        if !plan.keepsCredential {
            request.fields.drop(where: CredentialReader.isCredential)
        }
        plan.requestEdits.strip(&request.fields)
        go(to: target)
        collect(&context, now, &actions)
    }

    /// Targets that may stand in for `target`, as far as the caller may use them.
    private mutating func standIns(for target: Int, _ gateway: Gateway) -> [Int] {
        let chain = gateway.chooser.fallbacks(of: target)
        guard let principal = passage.principal, principal.models != nil else { return chain }
        let chosen = gateway.plans[passage.route].service
        return chain.filter { place in
            let service = gateway.chooser.targets[place].service
            return service == chosen || principal.mayUse(gateway.services[service].name)
        }
    }

    /// Makes `target` the upstream of this request.
    private mutating func go(to target: Int) {
        upstream.metrics.activeRequests.add(-1)
        upstream = snapshot.upstreams[target + 1]
        upstream.metrics.activeRequests.add(1)
        record.service = upstream.index
        intent.setKey(upstream.hashOn, request)
    }

    /// Goes to the next target that stands in, as long as the client has heard nothing.
    ///
    /// Says whether there was one; then everything else is done.
    mutating func fallBack(
        after reason: Reason,
        _ context: inout ExchangeContext,
        _ now: Instant,
        _ actions: inout Actions
    ) -> Bool {
        guard hasStandIn, reason.allowsStandIn else { return false }
        let target = passage.standIns[passage.nextStandIn]
        passage.nextStandIn += 1
        leaveUpstream(&context, now)
        go(to: target)
        record.note(.standIn, detail: upstream.index, at: now)
        lastFailure = nil
        asked = nil
        admit(&context, now, &actions)
        return true
    }

    /// The identity by which the target knows the caller; `nil` where none is signed.
    mutating func signedIdentity(_ context: inout ExchangeContext, _ now: Instant) -> [UInt8]? {
        guard let gateway = snapshot.gateway, let principal = passage.principal,
            upstream.index > 0
        else { return nil }
        return context.callers.identity(
            of: principal,
            route: passage.route,
            service: gateway.chooser.targets[upstream.index - 1].service,
            gateway,
            now: unixSeconds(now)
        )
    }

    /// Does to the trailers of a request what the route does to its head.
    mutating func edit(trailers: inout Fields?) {
        guard let gateway = snapshot.gateway, passage.route >= 0, var fields = trailers
        else { return }
        gateway.plans[passage.route].requestEdits.strip(&fields)
        trailers = fields
    }

    /// Whether another target is left, and can still be asked.
    var hasStandIn: Bool {
        mutating get {
            answer == .none && !isBodySpent && passage.nextStandIn < passage.standIns.count
        }
    }

    /// Gives back what is held of an upstream that is not asked again.
    private mutating func leaveUpstream(_ context: inout ExchangeContext, _ now: Instant) {
        if isRetrying {
            isRetrying = false
            upstream.endRetry()
        }
        if holdsSlot { releaseSlot(serviceTime: nil, &context, now) }
    }
}

extension Reason {
    /// Whether another target may stand in for one that failed like this.
    fileprivate var allowsStandIn: Bool {
        switch self {
        case .noHealthyEndpoint, .breakerOpen, .starting, .connectRefused, .connectTimeout,
            .upstreamTLSFailed, .overCapacity, .draining, .queueFull, .queueTimeout:
            true
        default: false
        }
    }
}
