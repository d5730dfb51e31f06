/// Where a value came from.
package enum ConfigOrigin: Sendable, Hashable, CustomStringConvertible {
    case builtIn
    case file(name: String, TextPosition)
    case environment(variable: String)
    case flag(name: String)

    /// The place as problems and `/config` write it.
    package var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let name, let position): "\(name):\(position.line):\(position.column)"
        case .environment(let variable): variable
        case .flag(let name): "--\(name)"
        }
    }

    /// The word for the kind of place.
    package var kindName: String {
        switch self {
        case .builtIn: "default"
        case .file: "file"
        case .environment: "environment"
        case .flag: "flag"
        }
    }
}

/// One thing that is wrong with a configuration, ready to be shown to whoever wrote it.
package struct ConfigProblem: Sendable, Hashable, CustomStringConvertible {
    package var origin: ConfigOrigin
    /// Dotted path of the key; empty when the problem is the text as a whole.
    package var keyPath: String
    package var message: String

    package init(origin: ConfigOrigin, keyPath: String, message: String) {
        self.origin = origin
        self.keyPath = keyPath
        self.message = message
    }

    /// `sidecar.json5:14:7: breaker.openFr: unknown key, did you mean "openFor"?`
    package var description: String {
        let parts = [origin == .builtIn ? "" : origin.description, keyPath, message]
        return parts.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
