import Base
import Policy
import Routing

extension ConfigType<[ServiceConfig]> {
    /// The services by name.
    static let services = ConfigType<[(name: String, value: ServiceConfig)]>
        .named(.service, 0...1_024, placeholder: "NAME") { name in
            let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            let isName = isPlain && (1...128).contains(name.utf8.count)
            let hasMark = name.contains { $0 == "@" || $0 == "*" }
            return isName && !hasMark ? nil : "\"\(name)\" is no name for a service"
        }
        .mapped(
            { members in
                members.map { name, value in
                    var service = value
                    service.rule.name = name
                    return service
                }
            },
            show: { services in
                .object(
                    services.map { .init($0.rule.name, ConfigType<ServiceConfig>.service.show($0)) }
                )
            }
        )
}

extension ConfigType<ServiceConfig> {
    /// One service; its name is the key under which it stands.
    fileprivate static let service = ConfigType<ServiceEntry>
        .object(ServiceEntry.keys, startingFrom: ServiceEntry())
        .refined(
            { entry, node, decoder in entry.service(node, &decoder) },
            show: { EffectiveConfig.values(of: ServiceEntry($0), by: ServiceEntry.keys) }
        )
}

extension ConfigType<[VersionEntry]> {
    /// The versions of a service by their numbers.
    fileprivate static let versions = ConfigType<[(name: String, value: VersionConfig)]>
        .named(
            .object(
                ConfigKey<VersionConfig>.all,
                startingFrom: VersionConfig(),
                required: ["endpoints"]
            ),
            0...64,
            placeholder: "VERSION"
        ) { SemanticVersion($0) == nil ? ConfigType<SemanticVersion>.notAVersion($0) : nil }
        .mapped(
            { members in
                members.compactMap { name, config in
                    SemanticVersion(name).map { VersionEntry(number: $0, config: config) }
                }
            },
            show: { versions in
                let keys = ConfigKey<VersionConfig>.all
                let members = versions.map { version in
                    let value = EffectiveConfig.values(of: version.config, by: keys)
                    return JSONTree.Member(version.number.text, value)
                }
                return .object(members)
            }
        )
}

extension ConfigType<[SplitEntry]> {
    /// Percent by version.
    fileprivate static let split: ConfigType = {
        var type = ConfigType<[(name: String, value: Double)]>
            .named(.number(0...100), 1...64, placeholder: "VERSION") { name in
                let isVersion = SemanticVersion(name) != nil
                return isVersion ? nil : ConfigType<SemanticVersion>.notAVersion(name)
            }
            .mapped(
                { members in
                    members.compactMap { name, percent in
                        SemanticVersion(name).map { SplitEntry(number: $0, percent: percent) }
                    }
                },
                show: { .object($0.map { .init($0.number.text, JSONTree($0.percent)) }) }
            )
        type.bound = "percent by version, together 100"
        return type
    }()
}

extension ConfigKey<VersionConfig> {
    /// The keys of one version.
    static let all: [ConfigKey<VersionConfig>] = [
        ConfigKey(
            "endpoints",
            \.endpoints,
            .oneOrMore(of: .serviceEndpoint, 1...256),
            "Where it listens; `dns:NAME:PORT` is every address that the name has."
        ),
        ConfigKey(
            "costPerCall",
            \.costPerCall,
            .number(0...1_000_000),
            "Cost of one call, for reports alone."
        ),
    ]
}

extension ServiceEntry {
    /// The keys of a service: its own, and beside them those of `upstream` and its policies.
    static let keys: [ConfigKey<ServiceEntry>] =
        places + choice
        + ConfigKey<UpstreamConfig>.target.filter { $0.path != "endpoints" }
        .map { $0.lifted(to: \.policies) }
        + ConfigKey<UpstreamConfig>.policies.filter { !$0.path.hasPrefix("admission.") }
        .map { $0.lifted(to: \.policies) }

    private static let places: [ConfigKey<ServiceEntry>] = [
        ConfigKey("versions", \.versions, .versions, "Its versions and where they listen."),
        ConfigKey(
            "endpoints",
            \.endpoints,
            .oneOrMore(of: .serviceEndpoint, 0...256),
            "In place of `versions`: where its only version, `1`, listens."
        ),
        ConfigKey(
            "costPerCall",
            \.costPerCall,
            .number(0...1_000_000),
            "Cost of one call to that version."
        ),
    ]

    private static let choice: [ConfigKey<ServiceEntry>] = [
        ConfigKey(
            "split",
            \.split,
            .optional(.split),
            "How requests that name no version are shared among versions."
        ),
        ConfigKey(
            "stable",
            \.stable,
            .optional(.version),
            "In place of `split`: the version that gets all of them."
        ),
        ConfigKey(reserved: "canary", [.null], "A split that moves by itself."),
        ConfigKey(
            "sticky",
            \.stickiness,
            .stickiness,
            "By what the same caller always meets the same version."
        ),
        ConfigKey(
            "fallback",
            \.fallback,
            .oneOrMore(of: .text(upTo: 128), 0...8),
            "Services, or versions of this one as `@1.4.0`, that stand in while it is unavailable."
        ),
        ConfigKey(
            "models",
            \.models,
            .oneOrMore(of: .text(upTo: 256), 0...1_024),
            "Models that it serves; its own name when empty."
        ),
        ConfigKey(
            "versionHeader",
            \.versionHeader,
            .optional(.headerName),
            "Header in which a request may name a version or a range."
        ),
        ConfigKey(
            "versionQuery",
            \.versionQuery,
            .optional(.text(upTo: 128)),
            "Query parameter in which a request may name a version or a range."
        ),
    ]
}
