import Base
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
            http://127.0.0.1:4001/livez. A URL grpc://HOST:PORT/SERVICE asks by grpc.health.v1
            whether the service is SERVING, without one whether the server is.

              HEALTHCHECK CMD ["/outrider", "probe"]
              outrider probe /readyz
              outrider probe grpc://127.0.0.1:8001
            """
    )

    private static let callScheme = "grpc://"

    /// Asks once.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let text = arguments.operands.first ?? "/livez"
        let isCall = text.hasPrefix(callScheme)
        let url = try LocalURL.parse(
            isCall ? String(text.dropFirst(callScheme.count)) : text,
            admin: LocalAdmin.address(environment: Environment.read()),
            fallbackPath: isCall ? "/" : "/livez"
        )
        let patience = try arguments.timeout(default: 2_000)
        let deadline = Deadline(inMilliseconds: patience)
        let complaint: String?
        if isCall {
            let timeout = Nanoseconds.milliseconds(UInt64(patience))
            complaint = LocalCall(url: url, timeout: timeout).complaint(by: deadline)
        } else {
            complaint = ask(url, by: deadline)
        }
        guard let complaint else { return .done }
        Terminal.complain("\(url.address)\(url.path): \(complaint)")
        return .failed
    }

    private static func ask(_ url: LocalURL, by deadline: Deadline) -> String? {
        do throws(LocalRequest.Failure) {
            let status = try LocalRequest(method: "GET", url: url).send(by: deadline)
            return (200...299).contains(status) ? nil : "status \(status)"
        } catch {
            return error.message
        }
    }
}
