private import Glibc

/// The environment that the process was started with.
enum Environment {
    /// All variables; what is not UTF-8 is left out, as no key of ours can hold it.
    static func read() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            if let text = String(validatingCString: entry), let equals = text.firstIndex(of: "=") {
                let name = String(text[..<equals])
                variables[name] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}
