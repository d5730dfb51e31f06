import Config

/// `outrider version`.
enum VersionCommand {
    static let syntax = Syntax(summary: "print the version")

    /// Prints one line.
    static func run() -> ExitStatus {
        Terminal.write("outrider \(Product.version)\n")
        return .done
    }
}
