import Config

/// `outrider sidecar`: the proxy beside one model service.
enum SidecarCommand {
    static let syntax = Syntax(
        summary: "run the proxy beside one model service",
        flags: ConfigurationSource.flags(of: .sidecar),
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
        let environment = Environment.read()
        return ConfigurationSource(arguments, role: .sidecar, environment: environment).run()
    }
}
