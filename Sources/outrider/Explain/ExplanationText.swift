/// Lines of a name and what is said of it, names aligned.
struct ExplanationText {
    private static let width = 11
    private(set) var text = ""

    /// Adds a line; control characters are escaped, since requests come from anywhere.
    mutating func add(_ name: String, _ message: String) {
        text += name + String(repeating: " ", count: max(1, Self.width - name.count))
        for scalar in message.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            text += isControl ? scalar.escaped(asASCII: true) : String(scalar)
        }
        text += "\n"
    }
}
