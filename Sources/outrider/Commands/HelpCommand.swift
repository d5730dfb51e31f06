import Config

/// `outrider help`: what there is, made of each command's own syntax.
enum HelpCommand {
    static let syntax = Syntax(
        summary: "show help, or that of a command",
        operands: "[COMMAND]",
        operandCount: 0...1
    )

    /// Prints the help of the command that is named, or the overview.
    static func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        guard let word = arguments.operands.first else {
            Terminal.write(overview)
            return .done
        }
        let (command, _) = try Command.parse([word])
        Terminal.write(text(of: command))
        return .done
    }

    /// The help of one command.
    static func text(of command: Command) -> String {
        let syntax = command.syntax
        var usage = "usage: outrider \(command.rawValue)"
        for flag in syntax.flags {
            let value = flag.placeholder.map { " " + $0 } ?? ""
            usage += " [--\(flag.name)\(value)]" + (flag.isRepeated ? "..." : "")
        }
        if !syntax.operands.isEmpty { usage += " \(syntax.operands)" }
        let lines = syntax.allFlags.map { flag in
            let letter = flag.letter.map { "-\($0), " } ?? ""
            let value = flag.placeholder.map { " " + $0 } ?? ""
            return (letter + "--\(flag.name)" + value, flag.summary)
        }
        let parts = [
            wrapped(usage),
            syntax.summary.prefix(1).uppercased() + syntax.summary.dropFirst() + ".\n",
            table(lines),
            syntax.details.isEmpty ? "" : syntax.details + "\n",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static var overview: String {
        let lines = Command.allCases.map { ($0.rawValue, $0.syntax.summary) }
        return """
            Outrider, a small proxy that rides beside a model service, and its gateway.

            usage: outrider COMMAND [ARGUMENT]...

            \(table(lines))
            outrider help COMMAND says more. Exit status: 0 done or drained, 1 failed while running,
            2 bad usage or configuration.

            """
    }

    private static func table(_ lines: [(term: String, summary: String)]) -> String {
        let width = lines.map(\.term.count).max() ?? 0
        let rows = lines.map { term, summary in
            "  \(term)\(String(repeating: " ", count: width - term.count + 2))\(summary)\n"
        }
        return rows.joined()
    }

    /// Breaks before a flag, so that no line is wider than a terminal.
    private static func wrapped(_ usage: String) -> String {
        var lines = [""]
        // A flag stands in brackets; the space before it is where a line may end.
        for word in usage.split(separator: "[").enumerated() {
            let piece = word.offset == 0 ? String(word.element) : "[" + word.element
            if lines[lines.count - 1].count + piece.count > 78 { lines.append("         ") }
            lines[lines.count - 1] += piece
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
