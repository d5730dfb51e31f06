import Config

/// `outrider schema`: the JSON Schema of a configuration, for editors.
enum SchemaCommand {
    static let syntax = Syntax(
        summary: "print the JSON Schema of a configuration, for editors",
        operands: "sidecar",
        operandCount: 1...1,
        details: """
              outrider schema sidecar > sidecar.schema.json
            """
    )

    /// Prints the schema of the role that is named.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        guard arguments.operands == ["sidecar"] else {
            let word = arguments.operands.first ?? ""
            throw UsageError(message: "no schema of \"\(word)\"; there is one of sidecar")
        }
        Terminal.write(JSONSchema.sidecar())
        return .done
    }
}
