import Base
import Config

/// Where the configuration of this process comes from; read at the start and at every reload.
struct ConfigurationSource: Sendable {
    /// The file, as it was named; without one, flags and environment say everything.
    let path: String?
    private let loader: ConfigLoader

    /// `--config` or `OUTRIDER_CONFIG` names the file, which must be of `role`, if one is given.
    init(
        _ arguments: Arguments,
        role: ProxyConfig.Role? = nil,
        environment: [String: String]
    ) {
        let variable = environment["OUTRIDER_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        path = arguments.value(of: "config") ?? variable
        loader = ConfigLoader(
            role: role,
            environment: environment,
            flags: arguments.flags.map { ConfigLoader.Flag(name: $0.name, value: $0.value) },
            allowsFaults: arguments.has("allow-faults"),
            readFile: { path in
                // Why a file cannot be read is not told apart: the problem names its path.
                try? FileReader.read(path, upTo: KeyFile.Limits.size.bytes + 1)
            }
        )
    }

    /// Reads the file anew and loads everything.
    func load() -> ConfigLoader.Outcome {
        guard let path else { return loader.load(nil) }
        do throws(FileReader.Failure) {
            // One byte more than may be, so that the reader sees that it is too large.
            let bytes = try FileReader.read(path, upTo: JSON5Reader.Limits.size.bytes + 1)
            return loader.load(ConfigLoader.File(name: path, bytes: bytes))
        } catch {
            let message = "\(path): cannot be read: \(error.message)"
            return .problems([ConfigProblem(origin: .builtIn, keyPath: "", message: message)])
        }
    }

    /// What loads, or `nil` after every problem was written to standard error.
    func loadOrComplain() -> ConfigLoader.Loaded? {
        switch load() {
        case .loaded(let loaded):
            return loaded
        case .problems(let problems):
            for problem in problems { Terminal.complain(problem.description) }
            return nil
        }
    }

    /// The flags that say what to run, the same for every command that loads a configuration of
    /// `role`, or of any.
    static func flags(of role: ProxyConfig.Role? = nil) -> [Syntax.Flag] {
        let overrides = role.map { ConfigOverride.all(of: $0) } ?? ConfigOverride.all
        let faults = Syntax.Flag(
            name: "allow-faults",
            summary: "permit the `faults` key, for tests"
        )
        return [.init(name: "config", placeholder: "FILE", summary: "configuration in JSON5")]
            + overrides.map {
                .init(
                    name: $0.flag,
                    placeholder: $0.placeholder,
                    summary: $0.summary,
                    isRepeated: $0.isList
                )
            }
            + (role == .gateway ? [] : [faults])
    }
}
