package import Config

/// What the command line hands over to run a sidecar or a gateway.
package struct ControlSettings: Sendable {
    /// A configuration that may be put in force.
    package struct Loaded: Sendable {
        package var config: ProxyConfig
        /// Its text for `/config`.
        package var effective: @Sendable () -> String
        /// Files whose change reloads.
        package var files: [String]

        package init(
            config: ProxyConfig,
            effective: @autoclosure @escaping @Sendable () -> String,
            files: [String]
        ) {
            self.config = config
            self.effective = effective
            self.files = files
        }

        /// Lets go of what live tables hold in a better form: ten thousand keys are megabytes.
        mutating func settle() {
            guard case .gateway(let gateway) = config else { return }
            var rest = GatewayConfig()
            rest.server = gateway.server
            config = .gateway(rest)
        }
    }

    /// What reading the configuration again has brought.
    package enum Outcome: Sendable {
        case loaded(Loaded)
        /// One line each, without the program's name.
        case problems([String])
    }

    package var loaded: Loaded
    /// Reads and validates everything anew; runs on the main thread.
    package var reload: @Sendable () -> Outcome
    package init(
        loaded: Loaded,
        reload: @escaping @Sendable () -> Outcome
    ) {
        self.loaded = loaded
        self.reload = reload
    }
}

/// How a run has ended; the exit statuses of the contract.
package enum ControlEnding: Int32, Sendable {
    /// Drained.
    case drained = 0
    /// Failed while running, or was told twice to stop.
    case failed = 1
    /// Could not start as it was told.
    case unusable = 2
}
