import Config
import Proxy

/// `outrider sidecar`: the proxy beside one model service.
enum SidecarCommand {
    static let syntax = Syntax(
        summary: "run the proxy beside one model service",
        flags: ConfigurationSource.flags,
        details: """
            ADDR is HOST:PORT, [IPv6]:PORT, :PORT or unix:/path. Flags win over the environment
            (OUTRIDER_UPSTREAM, OUTRIDER_LISTEN and so on, one per flag), the environment over the
            file, the file over the defaults.

            SIGTERM and SIGINT drain, then exit; a second one exits at once. SIGHUP reloads the
            file. SIGUSR1 dumps the flight recorder.

              outrider sidecar --upstream 127.0.0.1:8000
              outrider sidecar --config sidecar.json5 --listen :4000
            """
    )

    /// Resolves the configuration and runs it until the process is told to end.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let source = ConfigurationSource(arguments, environment: Environment.read())
        guard let loaded = source.loadOrComplain() else { return .usage }
        return run(configuration: loaded, source: source)
    }

    /// Runs `configuration`; `source` reads it anew for a reload.
    static func run(
        configuration: ConfigLoader.Loaded,
        source: ConfigurationSource
    ) -> ExitStatus {
        let settings = ControlSettings(
            loaded: .init(configuration),
            watchedPaths: source.path.map { [$0] } ?? []
        ) {
            switch source.load() {
            case .loaded(let loaded): .loaded(.init(loaded))
            case .problems(let problems): .problems(problems.map(\.description))
            }
        }
        return switch ControlLoop.run(settings) {
        case .drained: .done
        case .failed: .failed
        case .unusable: .usage
        }
    }
}

extension ControlSettings.Loaded {
    fileprivate init(_ loaded: ConfigLoader.Loaded) {
        self.init(config: .sidecar(loaded.config), effective: loaded.effective.text)
    }
}
