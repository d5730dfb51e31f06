import Config
import Proxy

extension ConfigurationSource {
    /// Loads what is configured and runs it until the process is told to end.
    func run() -> ExitStatus {
        guard let loaded = loadOrComplain() else { return .usage }
        let settings = ControlSettings(loaded: .init(loaded, path)) {
            switch load() {
            case .loaded(let loaded): .loaded(.init(loaded, path))
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
    fileprivate init(_ loaded: ConfigLoader.Loaded, _ path: String?) {
        self.init(
            config: loaded.config,
            effective: loaded.effective.text,
            files: [path].compactMap { $0 } + loaded.files
        )
    }
}
