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

    /// As it is shown, such as `sidecar.json5:14:7: breaker.openFr: unknown key`.
    ///
    /// One line whatever the file holds: control characters are escaped.
    package var description: String {
        let place = origin == .builtIn ? "" : origin.description
        let text = [place, keyPath, message].filter { !$0.isEmpty }.joined(separator: ": ")
        var line = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            line += isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }
        return line
    }
}
