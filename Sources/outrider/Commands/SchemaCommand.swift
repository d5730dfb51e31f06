import Config

/// `outrider schema`: the JSON Schema of a configuration, for editors.
enum SchemaCommand {
    static let syntax = Syntax(
        summary: "print the JSON Schema of a configuration, for editors",
        operands: "sidecar|gateway",
        operandCount: 1...1,
        details: """
              outrider schema sidecar > sidecar.schema.json
              outrider schema gateway > gateway.schema.json
            """
    )

    /// Prints the schema of the role that is named.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        let word = arguments.operands.first ?? ""
        guard let role = ProxyConfig.Role(rawValue: word) else {
            let message = "no schema of \"\(word)\"; there is one of sidecar and one of gateway"
            throw UsageError(message: message)
        }
        Terminal.write(JSONSchema.text(of: role))
        return .done
    }
}
