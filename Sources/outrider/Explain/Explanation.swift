import Access
import Base
import Config
import Crypto
import Routing
import Telemetry
import Wire

/// What a gateway would do with one request, step by step, in words.
struct Explanation {
    /// Who the request is from, as far as that can be told here.
    private struct Caller {
        var principal: Principal
        var isAnonymous: Bool

        var traits: CallerTraits {
            CallerTraits(
                tenant: principal.tenant,
                tier: principal.tier,
                subject: isAnonymous ? "" : principal.subject,
                claims: principal.claims.map { .init(name: $0.name, value: $0.value) }
            )
        }
    }

    private let config: GatewayConfig
    private let table: RouteTable
    private let chooser: ServiceChooser
    private let now: Int64
    private var random: RandomSource
    private var report = ExplanationText()

    /// `now` is in seconds since 1970.
    init(_ config: GatewayConfig, now: Int64, seed: UInt64) {
        self.config = config
        self.now = now
        table = RouteTable(config.routes)
        chooser = ServiceChooser(config.services.map(\.rule))
        random = RandomSource(seed: seed)
    }

    /// What was found, a line for each step.
    var text: String { report.text }

    /// Whether `request` would be forwarded.
    mutating func explain(_ request: ExplainedRequest) -> Bool {
        let head = request.head
        report.add(
            "request",
            head.fields.text(head.methodRange) + " " + head.fields.text(head.target)
        )
        guard head.method != .connect, head.method != .trace else {
            return refuse("405 method_not_allowed")
        }
        guard let path = normalPath(request) else { return false }
        guard let caller = caller(request) else { return false }
        guard let choice = route(request, path, caller) else { return false }
        let (route, model) = choice
        guard mayPass(caller, to: route, model) else { return false }
        guard let target = target(request, path, caller, route) else { return false }
        describe(target, of: route, path)
        report.add("verdict", "would be forwarded")
        return true
    }

    private mutating func refuse(_ verdict: String) -> Bool {
        report.add("verdict", "would be answered \(verdict)")
        return false
    }

    private mutating func normalPath(_ request: ExplainedRequest) -> [UInt8]? {
        let bytes = request.head.fields.bytes
        switch PathNormaliser.check(bytes.span, request.head.path) {
        case .normal:
            return request.path
        case .changed(let path):
            report.add("path", String(decoding: path, as: UTF8.self) + ", in its normal form")
            return path
        case .refused:
            _ = refuse("400 malformed_request: the path could be read in two ways")
            return nil
        }
    }

    private mutating func caller(_ request: ExplainedRequest) -> Caller? {
        let gatekeeper = Gatekeeper(config.auth)
        let bytes = request.head.fields.bytes
        switch CredentialReader.read(head: request.head) {
        case .none:
            guard let anonymous = gatekeeper.anonymous else {
                report.add("caller", "no credential, and auth.anonymous is not set")
                _ = refuse("401 unauthenticated")
                return nil
            }
            report.add("caller", "no credential: anonymous, " + Self.text(of: anonymous))
            return Caller(principal: anonymous, isAnonymous: true)
        case .conflicting:
            report.add("caller", "two credentials that differ")
        case .malformed:
            report.add(
                "caller",
                "a credential that is none: only Bearer, x-api-key and api-key are"
            )
        case .one(let range):
            var cache = VerdictCache(bound: 16)
            var hasher = Hasher256()
            let credential = Array(bytes[range])
            let verdict = gatekeeper.judge(
                credential.span,
                nowUnix: now,
                cache: &cache,
                hasher: &hasher
            )
            switch verdict {
            case .accepted(let principal):
                let kind = principal.caller.keyID.isEmpty ? "token" : "API key"
                let name = "\(kind) of \"\(principal.subject)\", "
                report.add("caller", name + Self.text(of: principal))
                return Caller(principal: principal, isAnonymous: false)
            case .refused(let refusal):
                report.add("caller", "refused: " + RefusalText.words(of: refusal))
            case .lookUp(let lookup):
                report.add("caller", text(of: lookup))
                report.add("verdict", "cannot be told here")
                return nil
            }
        }
        _ = refuse("401 unauthenticated")
        return nil
    }

    private func text(of lookup: Gatekeeper.Lookup) -> String {
        switch lookup {
        case .keySet(let issuer):
            let name = config.auth.issuers[issuer].issuer
            return "a token of \(name), whose keys a gateway would fetch; nothing is fetched here"
        case .introspection:
            return
                "a token that a gateway would ask about at auth.introspection; nobody is asked here"
        }
    }

    private static func text(of principal: Principal) -> String {
        let parts = [
            "tenant " + (principal.tenant.isEmpty ? "none" : "\"\(principal.tenant)\""),
            "tier " + (principal.tier.isEmpty ? "none" : "\"\(principal.tier)\""),
            "scopes "
                + (principal.scopes.isEmpty ? "none" : principal.scopes.joined(separator: " ")),
        ]
        let models = principal.models.map { "models " + $0.map(\.text).joined(separator: " ") }
        return (parts + [models].compactMap { $0 }).joined(separator: ", ")
    }

    private mutating func route(
        _ request: ExplainedRequest,
        _ path: [UInt8],
        _ caller: Caller
    ) -> (Route, ModelKnowledge)? {
        let head = request.head
        let traits = caller.traits
        let (model, isTwice) = model(request)
        for line in table.explain(head, path: path.span, caller: traits, model: model) {
            report.add(line.isTaken ? "route *" : "route", line.text)
        }
        if isModelList(head, path) {
            report.add("verdict", "would be answered by the gateway: the models of the caller")
            return nil
        }
        let unread = table.match(head, path: path.span, caller: traits, model: .unread)
        let match = table.match(head, path: path.span, caller: traits, model: model)
        guard case .route(let index) = match, !isTwice || unread != .needsModel else {
            let isAmbiguous = isTwice && unread == .needsModel
            _ = refuse(
                isAmbiguous ? "400 malformed_request: the body names two models" : "404 no_route"
            )
            return nil
        }
        return (config.routes[index], model)
    }

    /// What the body says of the model, and whether it does so twice, which is refused where it
    /// matters.
    private mutating func model(
        _ request: ExplainedRequest
    ) -> (knowledge: ModelKnowledge, isTwice: Bool) {
        guard let body = request.body else { return (.absent, false) }
        var reader = ModelLookAhead()
        var outcome = reader.feed(body.span)
        if outcome == .needsMore { outcome = reader.finish() }
        switch outcome {
        case .found(let name):
            report.add("model", "\"\(String(decoding: name, as: UTF8.self))\", named by the body")
            return (.named(name), false)
        case .duplicate:
            report.add("model", "named twice by the body")
            return (.absent, true)
        case .needsMore, .absent:
            report.add("model", "none in the body")
        case .notJSON:
            report.add("model", "none: the body is no JSON object")
        }
        return (.absent, false)
    }

    /// Whether the gateway itself answers, since no route of its own is for this path.
    private func isModelList(_ head: RequestHead, _ path: [UInt8]) -> Bool {
        (head.method == .get || head.method == .head)
            && String(decoding: path, as: UTF8.self) == "/v1/models"
            && !config.routes.contains { $0.match.path == "/v1/models" }
    }

    private mutating func mayPass(
        _ caller: Caller,
        to route: Route,
        _ model: ModelKnowledge
    ) -> Bool {
        let missing = route.scopes.filter { !caller.principal.scopes.contains($0) }
        if !route.scopes.isEmpty {
            let lacks = missing.isEmpty ? "all held" : "lacking " + missing.joined(separator: " ")
            report.add("scopes", route.scopes.joined(separator: " ") + ": " + lacks)
        }
        guard missing.isEmpty else { return refuse("403 forbidden") }
        guard caller.principal.models != nil else { return true }
        let isAllowed = isAllowed(caller.principal, route.service, model)
        let answer = isAllowed ? "fits" : "does not fit"
        report.add("models", "service \"\(route.service)\" \(answer) the models of the caller")
        return isAllowed ? true : refuse("403 forbidden")
    }

    /// By the service's own name, or by a model of it that the body names.
    private func isAllowed(
        _ principal: Principal,
        _ service: String,
        _ model: ModelKnowledge
    ) -> Bool {
        if principal.mayUse(service) { return true }
        guard case .named(let bytes) = model,
            let rule = config.services.first(where: { $0.rule.name == service })?.rule
        else { return false }
        let name = String(decoding: bytes, as: UTF8.self)
        return rule.models.contains(name) && principal.mayUse(name)
    }

    private mutating func target(
        _ request: ExplainedRequest,
        _ path: [UInt8],
        _ caller: Caller,
        _ route: Route
    ) -> Int? {
        guard let service = chooser.service(named: route.service),
            let place = config.routes.firstIndex(where: { $0.name == route.name })
        else { return nil }
        let segment = table.versionSegment(of: place, path: path.span)
        let target = chooser.choose(
            service: service,
            range: route.version,
            segment: segment,
            head: request.head,
            caller: caller.traits,
            random: &random
        )
        let rule = config.services[service].rule
        let reason = VersionReason(rule, route, segment: segment, request.head)
        guard let target else {
            report.add("version", "none of \(rule.name) fits \(reason.text)")
            _ = refuse("404 no_route")
            return nil
        }
        let version = rule.versions[chooser.targets[target].version]
        report.add("version", "\(rule.name) \(version.text), by \(reason.text)")
        return target
    }

    private mutating func describe(_ target: Int, of route: Route, _ path: [UInt8]) {
        let place = chooser.targets[target]
        let service = config.services[place.service]
        let endpoints = service.versions[place.version].endpoints.map(\.description)
        report.add("endpoints", endpoints.joined(separator: ", "))
        let others = chooser.fallbacks(of: target).map { other in
            let place = chooser.targets[other]
            let rule = config.services[place.service].rule
            return "\(rule.name) \(rule.versions[place.version].text)"
        }
        if !others.isEmpty { report.add("fallback", others.joined(separator: ", then ")) }
        if let index = config.routes.firstIndex(where: { $0.name == route.name }) {
            var output = ByteBuffer()
            table.appendPath(of: index, path.span, to: &output)
            report.add(
                "forwarded",
                "as \(output.text())" + (route.keepsCredential ? ", credential kept" : "")
            )
        }
        report.add("policies", PolicyText.line(of: service.policies))
    }
}
