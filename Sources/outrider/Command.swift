import Config

/// What `outrider` can be told to do; a new command is a case, its file, and two lines here.
enum Command: String, CaseIterable {
    case sidecar
    case gateway
    case demo
    case check
    case explain
    case keys
    case probe
    case drain
    case schema
    case version
    case help

    /// The command that `words` begin with, and what is left of them.
    ///
    /// Nothing at all asks for help; `--help` and `--version` are what everybody tries first.
    static func parse(_ words: [String]) throws(UsageError) -> (Command, [String]) {
        guard let word = words.first else { return (.help, []) }
        let rest = Array(words.dropFirst())
        if let command = Command(rawValue: word) { return (command, rest) }
        switch word {
        case "--help", "-h": return (.help, rest)
        case "--version", "-V": return (.version, rest)
        default:
            let kind = word.hasPrefix("-") ? "flag" : "command"
            let near = Spelling.suggestion(for: word, among: allCases.map(\.rawValue))
            let hint = near.isEmpty ? "; outrider help lists them all" : near
            throw UsageError(message: "unknown \(kind) \"\(word)\"\(hint)")
        }
    }

    /// What it takes and what help says of it.
    var syntax: Syntax {
        switch self {
        case .sidecar: SidecarCommand.syntax
        case .gateway: GatewayCommand.syntax
        case .demo: DemoCommand.syntax
        case .check: CheckCommand.syntax
        case .explain: ExplainCommand.syntax
        case .keys: KeysCommand.syntax
        case .probe: ProbeCommand.syntax
        case .drain: DrainCommand.syntax
        case .schema: SchemaCommand.syntax
        case .version: VersionCommand.syntax
        case .help: HelpCommand.syntax
        }
    }

    /// Does it.
    func run(_ arguments: Arguments) throws(UsageError) -> ExitStatus {
        switch self {
        case .sidecar: try SidecarCommand.run(arguments)
        case .gateway: try GatewayCommand.run(arguments)
        case .demo: try DemoCommand.run(arguments)
        case .check: try CheckCommand.run(arguments)
        case .explain: try ExplainCommand.run(arguments)
        case .keys: try KeysCommand.run(arguments)
        case .probe: try ProbeCommand.run(arguments)
        case .drain: try DrainCommand.run(arguments)
        case .schema: try SchemaCommand.run(arguments)
        case .version: VersionCommand.run()
        case .help: try HelpCommand.run(arguments)
        }
    }
}
