import Config
import Proxy

extension ConfigurationSource {
    /// Loads what is configured and runs it until the process is told to end.
    func run() -> ExitStatus {
        guard let loaded = loadOrComplain() else { return .usage }
        let settings = ControlSettings(
            loaded: .init(loaded),
            watchedPaths: [path].compactMap { $0 } + loaded.files
        ) {
            switch load() {
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
        self.init(config: loaded.config, effective: loaded.effective.text)
    }
}
