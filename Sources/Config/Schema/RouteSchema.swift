import Base
import Routing

extension ConfigType<[Route]> {
    /// The routing table; a route without a name is named after its place.
    static let routes = ConfigType<[Route]>.list(
        of: .object(
            ConfigKey<Route>.all,
            startingFrom: Route(name: "", service: ""),
            required: ["service"]
        ),
        0...4_096
    ).refined(
        { routes, _, _ in
            routes.enumerated().map { index, route in
                var route = route
                if route.name.isEmpty { route.name = "route-\(index + 1)" }
                return route
            }
        },
        // A thousand routes are read by what they say, not by what they leave open.
        show: { routes in
            let open = Route(name: "", service: "")
            return .list(
                routes.map {
                    EffectiveConfig.values(of: $0, unlike: open, by: ConfigKey<Route>.all)
                }
            )
        }
    )
}

extension ConfigKey<Route> {
    /// The keys of a route.
    static let all: [ConfigKey<Route>] =
        [
            ConfigKey(
                "name",
                \.name,
                .text(upTo: 128, mayBeEmpty: true),
                "Name in metrics, traces and logs; `route-N` by its place unless given."
            )
        ]
        + ConfigKey<RouteMatch>.all.map { $0.lifted(to: \.match, below: "match.") }
        + target
        + ConfigKey<HeaderEdits>.all.map {
            $0.lifted(to: \.requestHeaders, below: "requestHeaders.")
        }
        + ConfigKey<HeaderEdits>.all
        .map { $0.lifted(to: \.responseHeaders, below: "responseHeaders.") }
        + [
            ConfigKey(
                "keepCredential",
                \.keepsCredential,
                .boolean,
                "Whether the caller's own credential is forwarded."
            )
        ]

    private static let target: [ConfigKey<Route>] = [
        ConfigKey("service", \.service, .text(upTo: 128), "Service that answers."),
        ConfigKey(
            "version",
            \.version,
            .optional(.versionRange),
            "Versions that may answer, such as `^1.4`; `null` leaves it to the service."
        ),
        ConfigKey(
            "scopes",
            \.scopes,
            .oneOrMore(of: .text(upTo: 128), 0...32),
            "Scopes that a caller needs, every one of them."
        ),
        ConfigKey(
            "rewrite",
            \.rewrite,
            .optional(.rewrite),
            "Path that is forwarded; one that ends in `/**` keeps what `**` stood for."
        ),
    ]
}

extension ConfigKey<RouteMatch> {
    /// The keys of `match`.
    static let all: [ConfigKey<RouteMatch>] = [
        ConfigKey(
            "host",
            \.host,
            .optional(.hostPattern),
            "Host that is asked for: exact, or `*.suffix`."
        ),
        ConfigKey(
            "path",
            \.path,
            .pathPattern,
            "Path; `*` is one segment, `**` at the end any, `{version}` one that names a version."
        ),
        ConfigKey(
            "methods",
            \.methods,
            .oneOrMore(of: .method, 0...16),
            "Methods; empty is any.",
            synonym: "method"
        ),
        ConfigKey("headers", \.headers, .headerConditions, "Headers and what they hold."),
        ConfigKey("query", \.query, .namedConditions, "Query parameters and what they hold."),
        ConfigKey(
            "model",
            \.model,
            .optional(.wildcard),
            "The `model` of a JSON body, looked for in its first 64 KiB."
        ),
        ConfigKey(
            "tenant",
            \.tenants,
            .oneOrMore(of: .wildcard, 0...64),
            "Tenants of the caller; empty is any.",
            synonym: "tenants"
        ),
        ConfigKey(
            "tier",
            \.tiers,
            .oneOrMore(of: .wildcard, 0...64),
            "Tiers of the caller; empty is any.",
            synonym: "tiers"
        ),
        ConfigKey("claims", \.claims, .namedConditions, "Claims of the caller's token."),
    ]
}

extension ConfigType<String> {
    /// A host, or `*.` and what it ends in; kept in lower case.
    fileprivate static let hostPattern = text(upTo: 253).restricted { text in
        let host = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        if case .host? = Address("\(host):80") { return nil }
        return "\"\(text)\" is not a host such as api.example.com or *.example.com, without port"
    }.mapped({ $0.lowercased() }, show: { .text($0) })

    /// A path whose segments may be `*`, `{version}` and, as the last, `**`.
    fileprivate static let pathPattern = requestPath.restricted { text in
        let segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if text.utf8.contains(UInt8(ascii: "?")) { return "must be without a query" }
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            if segment.isEmpty, !isLast { return "must not have \"//\"" }
            if segment == "." || segment == ".." { return "must not have \"\(segment)\"" }
            if segment == "**", !isLast { return "\"**\" may stand only at the end" }
            let isWhole = ["*", "**", "{version}"].contains(segment)
            if !isWhole, segment.contains("*") { return "\"*\" must be a whole segment" }
            if !isWhole, segment.contains("{") {
                return "\"\(segment)\" is no segment, only {version} is"
            }
        }
        let named = segments.count { $0 == "{version}" }
        return named > 1 ? "must have {version} once" : nil
    }

    /// A path to forward instead, plain or with `/**` at its end.
    fileprivate static let rewrite = requestPath.restricted { text in
        if text.utf8.contains(UInt8(ascii: "?")) { return "must be without a query" }
        let plain = text.hasSuffix("/**") ? text.dropLast(2) : text[...]
        return plain.contains("*") ? "may have \"*\" only as \"/**\" at its end" : nil
    }
}
