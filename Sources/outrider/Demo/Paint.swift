private import Glibc

/// Colours for a terminal, and nothing for anything else.
struct Paint {
    let isColoured: Bool

    /// Standard output's: coloured on a terminal, unless `NO_COLOR` says otherwise
    /// (https://no-color.org).
    static func standardOutput(environment: [String: String]) -> Paint {
        let isRefused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let isDumb = environment["TERM"] == "dumb"
        return Paint(isColoured: isatty(STDOUT_FILENO) == 1 && !isRefused && !isDumb)
    }

    /// A heading.
    func strong(_ text: String) -> String { wrap(text, "1") }
    /// Something to copy.
    func command(_ text: String) -> String { wrap(text, "36") }
    /// What went well.
    func good(_ text: String) -> String { wrap(text, "32") }
    /// What did not.
    func bad(_ text: String) -> String { wrap(text, "1;31") }
    /// What stands aside.
    func faint(_ text: String) -> String { wrap(text, "2") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
