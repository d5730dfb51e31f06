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
        package let config: SidecarConfig
        package let effective: EffectiveConfig
    }

    /// Everything, or all that is wrong: there is nothing between.
    package enum Outcome: Sendable {
        case loaded(Loaded)
        case problems([ConfigProblem])
    }

    private let environment: [String: String]
    private let flags: [Flag]
    private let allowsFaults: Bool
    private let secrets: SecretReader

    /// `readFile` serves secrets; it yields `nil` for what cannot be read.
    package init(
        environment: [String: String] = [:],
        flags: [Flag] = [],
        allowsFaults: Bool = false,
        readFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        self.environment = environment
        self.flags = flags
        self.allowsFaults = allowsFaults
        secrets = SecretReader(environment: environment, readFile: readFile)
    }

    /// Loads `file`, or only what flags and environment say.
    package func load(_ file: File?) -> Outcome {
        var decoder = ConfigDecoder(secrets: secrets)
        var config = SidecarConfig()
        if let file { decode(file, &decoder, into: &config) }
        decodeOverrides(&decoder, into: &config)
        ConfigRelations(config: config, allowsFaults: allowsFaults).check(&decoder)
        guard decoder.problems.isEmpty else {
            return .problems(ConfigLoader.sorted(decoder.problems))
        }
        let effective = EffectiveConfig(config, origins: decoder.origins)
        return .loaded(Loaded(config: config, effective: effective))
    }

    private func decode(
        _ file: File,
        _ decoder: inout ConfigDecoder,
        into config: inout SidecarConfig
    ) {
        let reading = JSON5Reader.read(file.bytes)
        for problem in reading.problems {
            let origin = ConfigOrigin.file(name: file.name, problem.position)
            decoder.report(at: origin, problem.keyPath, problem.message)
        }
        guard let root = reading.root else { return }
        decoder.decode(file: file.name, root, by: ConfigKey<SidecarConfig>.sidecar, into: &config)
    }

    private func decodeOverrides(
        _ decoder: inout ConfigDecoder,
        into config: inout SidecarConfig
    ) {
        for item in ConfigOverride.all {
            guard let key = ConfigKey<SidecarConfig>.sidecar.first(where: { $0.path == item.path })
            else { continue }
            if let node = item.node(environment: environment) {
                let source = ConfigDecoder.Source.environment(variable: item.variable)
                decoder.decode(node, from: source, for: key, into: &config)
            }
            let given = flags.filter { $0.name == item.flag }
            if !given.isEmpty {
                let node = item.node(given.map(\.value))
                decoder.decode(node, from: .flag(name: item.flag), for: key, into: &config)
            }
        }
    }

    /// Problems of the file by place, then those of flags and variables as they came.
    private static func sorted(_ problems: [ConfigProblem]) -> [ConfigProblem] {
        let ranked = problems.enumerated().map { index, problem in
            if case .file(_, let position) = problem.origin {
                return (rank: 0, position, index, problem)
            }
            return (rank: 1, TextPosition.start, index, problem)
        }
        return ranked.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
    }
}
