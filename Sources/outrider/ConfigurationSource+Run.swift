import Config
import Proxy

extension ConfigurationSource {
    /// Loads what is configured and runs it until the process is told to end.
    func run() -> ExitStatus {
        guard let settings = controlSettings() else { return .usage }
        return switch ControlLoop.run(settings) {
        case .drained: .done
        case .failed: .failed
        case .unusable: .usage
        }
    }

    /// Apart from `run`, so that what was read does not outlive its use.
    private func controlSettings() -> ControlSettings? {
        let loaded = OwnMemory.run { loadOrComplain().map { ControlSettings.Loaded($0, path) } }
        guard let loaded else { return nil }
        return ControlSettings(loaded: loaded) {
            OwnMemory.run { () -> ControlSettings.Outcome in
                switch load() {
                case .loaded(let loaded): .loaded(.init(loaded, path))
                case .problems(let problems): .problems(problems.map(\.description))
                }
            }
        }
    }
}

extension ControlSettings.Loaded {
    fileprivate init(_ loaded: ConfigLoader.Loaded, _ path: String?) {
        let files = [path].compactMap { $0 } + loaded.files
        guard case .gateway = loaded.config else {
            self.init(config: loaded.config, effective: loaded.effective.text, files: files)
            return
        }
        // Written now, for what it is written from is let go: a gateway's keys are many.
        let text = loaded.effective.text
        self.init(config: loaded.config, effective: text, files: files)
    }
}
