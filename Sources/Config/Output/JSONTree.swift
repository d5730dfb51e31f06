/// A JSON value to be written out; members keep their order.
///
/// For what is written once per question by a person: schema, effective configuration. The
/// data path has its own writer.
package indirect enum JSONTree: Sendable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int)
    /// Must be finite.
    case number(Double)
    case text(String)
    case list([JSONTree])
    case object([Member])

    /// One `"name": value` of an object.
    package struct Member: Sendable, Hashable {
        package var name: String
        package var value: JSONTree

        package init(_ name: String, _ value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// The value on one line.
    package var line: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// The value with two spaces of indent for each level, and no final line end.
    package var lines: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    /// The value of member `name`, if this is an object that has one.
    package subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += String(describing: value)
        case .text(let value): JSONTree.write(value, to: &text)
        case .list(let elements):
            // A list of scalars stays on one line: easier to read than a column of words.
            let inner = elements.contains(where: \.isContainer) ? indent : nil
            JSONTree.write(elements, between: ("[", "]"), to: &text, indent: inner) {
                $0.write(to: &$1, indent: $2)
            }
        case .object(let members):
            JSONTree.write(members, between: ("{", "}"), to: &text, indent: indent) {
                JSONTree.write($0.name, to: &$1)
                $1 += ": "
                $0.value.write(to: &$1, indent: $2)
            }
        }
    }

    private var isContainer: Bool {
        switch self {
        case .list, .object: true
        case .null, .boolean, .integer, .number, .text: false
        }
    }

    private static func write<Element>(
        _ elements: [Element],
        between brackets: (open: String, close: String),
        to text: inout String,
        indent: Int?,
        _ writeElement: (Element, inout String, Int?) -> Void
    ) {
        text += brackets.open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += indent == nil ? ", " : "," }
            if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
            writeElement(element, &text, indent.map { $0 + 1 })
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
        text += brackets.close
    }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
