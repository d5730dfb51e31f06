import Testing

@testable import Config

/// A configuration written in a test, and what became of it.
struct ConfigText {
    var text: String
    var environment: [String: String] = [:]
    var flags: [ConfigLoader.Flag] = []
    var allowsFaults = false
    var files: [String: [UInt8]] = [:]

    init(
        _ text: String,
        environment: [String: String] = [:],
        flags: [ConfigLoader.Flag] = [],
        allowsFaults: Bool = false,
        files: [String: [UInt8]] = [:]
    ) {
        self.text = text
        self.environment = environment
        self.flags = flags
        self.allowsFaults = allowsFaults
        self.files = files
    }

    var outcome: ConfigLoader.Outcome {
        let files = files
        let loader = ConfigLoader(
            environment: environment,
            flags: flags,
            allowsFaults: allowsFaults,
            readFile: { files[$0] }
        )
        return loader.load(ConfigLoader.File(name: "s.json5", bytes: Array(text.utf8)))
    }

    /// What is wrong, one line each; empty when nothing is.
    var problems: [String] {
        guard case .problems(let problems) = outcome else { return [] }
        return problems.map(\.description)
    }

    /// What was loaded; a problem fails the test.
    func load() throws -> ConfigLoader.Loaded {
        switch outcome {
        case .loaded(let loaded):
            return loaded
        case .problems(let problems):
            Issue.record("\(problems.map(\.description))")
            throw problems.first.map { Unexpected(text: $0.description) } ?? Unexpected(text: "")
        }
    }

    /// What was loaded as a sidecar's configuration.
    func sidecar() throws -> SidecarConfig {
        guard case .sidecar(let config) = try load().config else {
            throw Unexpected(text: "a gateway's configuration")
        }
        return config
    }

    /// What was loaded as a gateway's configuration.
    func gateway() throws -> GatewayConfig {
        guard case .gateway(let config) = try load().config else {
            throw Unexpected(text: "a sidecar's configuration")
        }
        return config
    }

    struct Unexpected: Error {
        let text: String
    }

    /// `value` as the value of the dotted `path`.
    static func setting(_ path: String, to value: String) -> String {
        let names = path.split(separator: ".")
        let open = names.map { "{ \($0): " }.joined()
        return open + value + String(repeating: " }", count: names.count)
    }
}

extension JSONTree {
    /// What stands at a dotted path.
    func at(_ path: String) -> JSONTree? {
        path.split(separator: ".").reduce(self as JSONTree?) { $0?[String($1)] }
    }
}
