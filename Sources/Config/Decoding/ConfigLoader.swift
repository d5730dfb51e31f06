/// Makes a configuration of flags, environment and file, in this order of precedence.
///
/// Pure: whoever calls it has read the file. Variables whose names merely begin with
/// `OUTRIDER_` are left alone: Kubernetes makes such for a service of that name.
package struct ConfigLoader: Sendable {
    /// A configuration file that was read.
    package struct File: Sendable {
        /// As problems name it.
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }

        /// Where it lies: the files that it names by relative paths lie there too.
        var folder: String {
            guard let slash = name.lastIndex(of: "/") else { return "" }
            return slash == name.startIndex ? "/" : String(name[..<slash])
        }
    }

    /// A flag as it was given, without dashes.
    package struct Flag: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A configuration that may be used.
    package struct Loaded: Sendable {
        package let config: ProxyConfig
        package let effective: EffectiveConfig
        /// Paths of the files that were read beside the configuration.
        ///
        /// Secrets, key records and key sets: their change is a change of the configuration.
        package let files: [String]
    }

    /// Everything, or all that is wrong: there is nothing between.
    package enum Outcome: Sendable {
        case loaded(Loaded)
        case problems([ConfigProblem])
    }

    private let role: ProxyConfig.Role?
    private let environment: [String: String]
    private let flags: [Flag]
    private let allowsFaults: Bool
    private let readFile: @Sendable (String) -> [UInt8]?

    /// `role` is what the configuration must be of; without one, the file says.
    ///
    /// `readFile` serves secrets and the other files that a configuration names; it yields `nil`
    /// for what cannot be read.
    package init(
        role: ProxyConfig.Role? = nil,
        environment: [String: String] = [:],
        flags: [Flag] = [],
        allowsFaults: Bool = false,
        readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        self.role = role
        self.environment = environment
        self.flags = flags
        self.allowsFaults = allowsFaults
        self.readFile = readFile
    }

    /// Loads `file`, or only what flags and environment say.
    package func load(_ file: File?) -> Outcome {
        let folder = file?.folder ?? ""
        let secrets = SecretReader(environment: environment, folder: folder, readFile: readFile)
        var decoder = ConfigDecoder(secrets: secrets)
        let root = file.flatMap { read($0, &decoder) }
        if let file, let root, let problem = RoleMark(of: root).problem(role, in: file.name) {
            return .problems([problem])
        }
        let source = root.map { (name: file?.name ?? "", root: $0) }
        switch root.map({ RoleMark(of: $0).role }) ?? role ?? .sidecar {
        case .sidecar:
            var config = SidecarConfig()
            fill(&config, by: ConfigKey<SidecarConfig>.sidecar, from: source, &decoder)
            return outcome(.sidecar(config), &decoder) {
                EffectiveConfig(config, by: ConfigKey<SidecarConfig>.sidecar, origins: $0)
            }
        case .gateway:
            var config = GatewayConfig()
            fill(&config, by: ConfigKey<GatewayConfig>.gateway, from: source, &decoder)
            config.askForCertificates(&decoder)
            config.fetching = config.fetchesSecurely ? decoder.fetchingClient() : nil
            return outcome(.gateway(config), &decoder) {
                EffectiveConfig(config, by: ConfigKey<GatewayConfig>.gateway, origins: $0)
            }
        }
    }

    private func read(_ file: File, _ decoder: inout ConfigDecoder) -> JSON5Node? {
        let reading = JSON5Reader.read(file.bytes)
        for problem in reading.problems {
            let origin = ConfigOrigin.file(name: file.name, problem.position)
            decoder.report(at: origin, problem.keyPath, problem.message)
        }
        return reading.root
    }

    private func fill<Root>(
        _ config: inout Root,
        by keys: [ConfigKey<Root>],
        from source: (name: String, root: JSON5Node)?,
        _ decoder: inout ConfigDecoder
    ) {
        if let source {
            decoder.decode(file: source.name, source.root, by: keys, into: &config)
        }
        for item in ConfigOverride.all {
            let given = flags.filter { $0.name == item.flag }
            guard let key = keys.first(where: { $0.path == item.path }) else {
                if !given.isEmpty {
                    let origin = ConfigOrigin.flag(name: item.flag)
                    decoder.report(at: origin, "", "a gateway's configuration has no such key")
                }
                continue
            }
            if let node = item.node(environment: environment) {
                let source = ConfigDecoder.Source.environment(variable: item.variable)
                decoder.decode(node, from: source, for: key, into: &config)
            }
            if !given.isEmpty {
                let node = item.node(given.map(\.value))
                decoder.decode(node, from: .flag(name: item.flag), for: key, into: &config)
            }
        }
    }

    private func outcome(
        _ config: ProxyConfig,
        _ decoder: inout ConfigDecoder,
        effective: ([String: ConfigOrigin]) -> EffectiveConfig
    ) -> Outcome {
        ConfigRelations(config: config, allowsFaults: allowsFaults).check(&decoder)
        guard decoder.problems.isEmpty else {
            return .problems(ConfigLoader.sorted(decoder.problems))
        }
        let effective = effective(decoder.origins)
        return .loaded(Loaded(config: config, effective: effective, files: decoder.files))
    }

    /// Problems of files by place, file after file, then those of flags and variables as they came.
    private static func sorted(_ problems: [ConfigProblem]) -> [ConfigProblem] {
        var names: [String] = []
        let ranked = problems.enumerated().map { index, problem in
            if case .file(let name, let position) = problem.origin {
                if !names.contains(name) { names.append(name) }
                return (rank: names.firstIndex(of: name) ?? 0, position, index, problem)
            }
            return (rank: Int.max, TextPosition.start, index, problem)
        }
        return ranked.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
    }
}
