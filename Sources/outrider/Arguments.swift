import Config

/// Why a command line makes no sense.
struct UsageError: Error {
    let message: String
}

/// What a command takes.
struct Syntax {
    /// One flag; without a placeholder it takes no value.
    struct Flag {
        let name: String
        var placeholder: String?
        let summary: String
        var isRepeated = false
        /// The one letter that stands for it, where everybody's fingers know one.
        var letter: Character?
    }

    let summary: String
    /// What may stand behind the flags, as help writes it; empty when nothing may.
    var operands = ""
    /// How many operands there may be.
    var operandCount = 0...0
    var flags: [Flag] = []
    /// More about the command, for its help.
    var details = ""

    /// The flag that the first letter of `word` stands for.
    func flag(lettered word: Substring) -> Flag? {
        word.first.flatMap { letter in flags.first { $0.letter == letter } }
    }

    /// The flags, and the one that every command has.
    var allFlags: [Flag] {
        flags + [Flag(name: "help", summary: "show this help")]
    }
}

/// The words behind a command, told apart.
struct Arguments {
    private(set) var flags: [(name: String, value: String)] = []
    private(set) var operands: [String] = []

    /// Tells `words` apart: `--flag value`, `--flag=value`, operands, and `--` before more of
    /// them.
    static func parse(_ words: [String], by syntax: Syntax) throws(UsageError) -> Arguments {
        var arguments = Arguments()
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                arguments.operands += rest
                break
            } else if word == "-h" {
                arguments.flags.append(("help", ""))
            } else if word.hasPrefix("--") {
                try arguments.takeFlag(word.dropFirst(2), &rest, syntax)
            } else if word.hasPrefix("-"), let flag = syntax.flag(lettered: word.dropFirst()) {
                try arguments.takeFlag(flag.name[...], &rest, syntax, letters: word.dropFirst(2))
            } else if word.hasPrefix("-"), word.count > 1 {
                throw UsageError(message: "\(word): flags are written with two dashes")
            } else {
                arguments.operands.append(word)
            }
        }
        if !arguments.has("help") { try arguments.checkOperands(syntax) }
        return arguments
    }

    /// Whether flag `name` was given.
    func has(_ name: String) -> Bool {
        flags.contains { $0.name == name }
    }

    /// Every value of flag `name`, in the order in which they were given.
    func values(of name: String) -> [String] {
        flags.filter { $0.name == name }.map(\.value)
    }

    /// The last value of flag `name`.
    func value(of name: String) -> String? {
        flags.last { $0.name == name }?.value
    }

    private mutating func takeFlag(
        _ word: Substring,
        _ rest: inout ArraySlice<String>,
        _ syntax: Syntax,
        letters: Substring = ""
    ) throws(UsageError) {
        let name = String(word.prefix { $0 != "=" })
        var attached = name.count < word.count ? String(word.dropFirst(name.count + 1)) : nil
        if !letters.isEmpty { attached = String(letters) }
        guard let flag = syntax.allFlags.first(where: { $0.name == name }) else {
            let names = syntax.allFlags.map { "--" + $0.name }
            let near = Spelling.suggestion(for: "--" + name, among: names)
            throw UsageError(message: "unknown flag --\(name)\(near)")
        }
        guard let placeholder = flag.placeholder else {
            guard attached == nil else { throw UsageError(message: "--\(name) takes no value") }
            flags.append((name, ""))
            return
        }
        guard flag.isRepeated || !has(name) else {
            throw UsageError(message: "--\(name) was given twice")
        }
        guard let value = attached ?? rest.popFirst(), !value.isEmpty else {
            throw UsageError(message: "--\(name) needs a value: --\(name) \(placeholder)")
        }
        flags.append((name, value))
    }

    private func checkOperands(_ syntax: Syntax) throws(UsageError) {
        if operands.count > syntax.operandCount.upperBound {
            let extra = operands[syntax.operandCount.upperBound]
            throw UsageError(message: "unexpected argument \"\(extra)\"")
        }
        if operands.count < syntax.operandCount.lowerBound {
            throw UsageError(message: "missing argument: \(syntax.operands)")
        }
    }
}
