import Config

/// `outrider probe`: a health check for images without a shell.
enum ProbeCommand {
    static let syntax = Syntax(
        summary: "ask a health URL, for exec probes and HEALTHCHECK",
        operands: "[URL]",
        operandCount: 0...1,
        flags: [.timeout(default: "2s")],
        details: """
            Exits with 0 when the answer is 2xx, else with 1. URL is http://HOST:PORT/path, a lone
            /path of the local admin port, or unix:/socket:/path. Without one, /livez of the local
            admin port is asked: where OUTRIDER_ADMIN or OUTRIDER_CONFIG say, else
            http://127.0.0.1:4001/livez.

              HEALTHCHECK CMD ["/outrider", "probe"]
              outrider probe /readyz
            """
    )

    /// Asks once.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let url = try LocalURL.parse(
            arguments.operands.first ?? "/livez",
            admin: LocalAdmin.address(environment: Environment.read()),
            fallbackPath: "/livez"
        )
        let deadline = Deadline(inMilliseconds: try arguments.timeout(default: 2_000))
        do throws(LocalRequest.Failure) {
            let status = try LocalRequest(method: "GET", url: url).send(by: deadline)
            if (200...299).contains(status) { return .done }
            Terminal.complain("\(url.address)\(url.path): status \(status)")
        } catch {
            Terminal.complain("\(url.address)\(url.path): \(error.message)")
        }
        return .failed
    }
}
