import Access
import Routing

/// What must hold between the services, routes and keys of a gateway.
struct GatewayRelations {
    let config: GatewayConfig

    /// Reports every relation that does not hold, at the key that was written.
    func check(_ decoder: inout ConfigDecoder) {
        checkRoutes(&decoder)
        for service in config.services { checkFallback(service.rule, &decoder) }
        checkCycles(&decoder)
        if case .publicKey? = config.identity.signWith.first?.material {
            decoder.report(
                of: ["identity.signWith"],
                "the first key signs, so it must be a secret or a private key"
            )
        }
        checkTwins(
            config.auth.issuers.map(\.issuer),
            at: { "auth.jwt[\($0)].issuer" },
            &decoder
        )
    }

    private func checkRoutes(_ decoder: inout ConfigDecoder) {
        checkTwins(config.routes.map(\.name), at: { "routes[\($0)].name" }, &decoder)
        for (index, route) in config.routes.enumerated() {
            let path = "routes[\(index)]"
            if service(route.service) == nil {
                decoder.report(of: [path + ".service"], absence(of: route.service))
            }
            let keepsRest = route.rewrite?.hasSuffix("/**") ?? false
            if keepsRest, !route.match.path.hasSuffix("/**") {
                decoder.report(
                    of: [path + ".rewrite"],
                    "keeps what \"**\" stood for, but match.path does not end in \"/**\""
                )
            }
        }
    }

    private func checkTwins(
        _ names: [String],
        at path: (Int) -> String,
        _ decoder: inout ConfigDecoder
    ) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !seen.insert(name).inserted {
            decoder.report(of: [path(index)], "\"\(name)\" is taken")
        }
    }

    private func checkFallback(_ rule: ServiceRule, _ decoder: inout ConfigDecoder) {
        let path = ConfigPath.member(rule.name, of: "services") + ".fallback"
        for name in rule.fallback {
            if name.hasPrefix("@") {
                let version = SemanticVersion(String(name.dropFirst()))
                let isThere = rule.versions.contains { version?.isSame(as: $0) ?? false }
                if !isThere { decoder.report(of: [path], "\"\(name)\" is no version of it") }
            } else if name == rule.name {
                decoder.report(of: [path], "a service cannot stand in for itself")
            } else if service(name) == nil {
                decoder.report(of: [path], absence(of: name))
            }
        }
    }

    /// Services that stand in for each other would be tried in a circle.
    private func checkCycles(_ decoder: inout ConfigDecoder) {
        var finished: Set<String> = []
        for start in config.services {
            var trail: [String] = []
            follow(start.rule, &trail, &finished, &decoder)
        }
    }

    private func follow(
        _ rule: ServiceRule,
        _ trail: inout [String],
        _ finished: inout Set<String>,
        _ decoder: inout ConfigDecoder
    ) {
        guard !finished.contains(rule.name) else { return }
        trail.append(rule.name)
        for name in rule.fallback where name != rule.name {
            if let begin = trail.firstIndex(of: name) {
                let circle = (trail[begin...] + [name]).joined(separator: " -> ")
                let path = ConfigPath.member(rule.name, of: "services") + ".fallback"
                decoder.report(of: [path], "services stand in for each other: \(circle)")
            } else if let next = service(name) {
                follow(next.rule, &trail, &finished, &decoder)
            }
        }
        trail.removeLast()
        finished.insert(rule.name)
    }

    private func service(_ name: String) -> ServiceConfig? {
        config.services.first { $0.rule.name == name }
    }

    private func absence(of name: String) -> String {
        let names = config.services.map(\.rule.name)
        let near = Spelling.suggestion(for: name, among: names)
        return "there is no service \"\(name)\"\(near)"
    }
}
