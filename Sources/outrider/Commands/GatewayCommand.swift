import Config

/// `outrider gateway`: the proxy before many model services.
enum GatewayCommand {
    static let syntax = Syntax(
        summary: "run the gateway before many model services",
        flags: ConfigurationSource.flags(of: .gateway),
        details: """
            The file says who may call (`auth`), which services and versions there are (`services`)
            and which requests go where (`routes`). Flags win over the environment (OUTRIDER_LISTEN
            and so on, one per flag), the environment over the file, the file over the defaults.

            SIGTERM and SIGINT drain, then exit; a second one exits at once. SIGHUP, or a change of
            the file or of one that it names, reloads. SIGUSR1 dumps the flight recorder.

              outrider gateway --config gateway.json5
              outrider explain --config gateway.json5 'POST /v1/chat/completions'
            """
    )

    /// Resolves the configuration and runs it until the process is told to end.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let environment = Environment.read()
        let source = ConfigurationSource(arguments, role: .gateway, environment: environment)
        guard source.path != nil else {
            throw UsageError(message: "gateway needs a file: --config FILE")
        }
        return source.run()
    }
}
