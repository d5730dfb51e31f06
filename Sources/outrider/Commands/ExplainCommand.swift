import Config
import Reactor

/// `outrider explain`: what a gateway would do with a request, and why.
enum ExplainCommand {
    static let syntax = Syntax(
        summary: "tell which route, version and policies a request would get, and why",
        operands: "'METHOD TARGET'",
        operandCount: 1...2,
        flags: [
            .init(name: "config", placeholder: "FILE", summary: "a gateway's configuration"),
            .init(
                name: "header",
                placeholder: "'NAME: VALUE'",
                summary: "a header of the request",
                isRepeated: true,
                letter: "H"
            ),
            .init(
                name: "data",
                placeholder: "BODY",
                summary: "body of the request, for routes that look for a model",
                letter: "d"
            ),
        ],
        details: """
            Reads the configuration, and asks nobody: a token whose keys would have to be fetched
            is told as such. Credentials are judged and never shown. Exits with 0 if the request
            would be forwarded, with 1 if not, with 2 if the configuration cannot be used.

              outrider explain --config gateway.json5 'POST /v1/chat/completions' \\
                -H "authorization: Bearer $KEY" -d '{"model":"llama-8b"}'
            """
    )

    /// Explains one request.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let environment = Environment.read()
        let source = ConfigurationSource(arguments, role: .gateway, environment: environment)
        guard source.path != nil else {
            throw UsageError(message: "explain needs a file: --config FILE")
        }
        let request = try ExplainedRequest(
            arguments.operands.joined(separator: " "),
            headers: arguments.values(of: "header"),
            body: arguments.value(of: "data")
        )
        guard let loaded = source.loadOrComplain(), case .gateway(let config) = loaded.config else {
            return .usage
        }
        let now = Int64(Clock.wall() / 1_000_000_000)
        var explanation = Explanation(config, now: now, seed: Random.seed())
        let isForwarded = explanation.explain(request)
        Terminal.write(explanation.text)
        return isForwarded ? .done : .failed
    }
}
