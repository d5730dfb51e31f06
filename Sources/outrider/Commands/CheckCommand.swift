import Config
import Reactor

/// `outrider check`: finds every problem before anything runs.
enum CheckCommand {
    static let syntax = Syntax(
        summary: "validate a configuration",
        flags: ConfigurationSource.flags(),
        details: """
            Prints every problem as FILE:LINE:COLUMN: KEY: MESSAGE and exits with 2, or prints one
            line that says what would run and exits with 0. Flags and environment count as they
            would for `outrider sidecar` and `outrider gateway`: a file with `routes` or `services` is a
            gateway's, any other a sidecar's.

              outrider check --config sidecar.json5
            """
    )

    /// Loads what would be run and says what became of it.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let source = ConfigurationSource(arguments, environment: Environment.read())
        guard let path = source.path else {
            throw UsageError(message: "check needs a file: --config FILE")
        }
        guard let loaded = source.loadOrComplain() else { return .usage }
        let server = loaded.config.server
        let now = Int(clamping: Clock.wall() / 1_000_000_000)
        for certificate in server.certificates(towards: loaded.config.upstreams) {
            guard let warning = certificate.warning(unixSeconds: now) else { continue }
            Terminal.complain("\(path): warning: \(warning)")
        }
        Terminal.write("\(path): \(loaded.config.summary)\n")
        return .done
    }
}
