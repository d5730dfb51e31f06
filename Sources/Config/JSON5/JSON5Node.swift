/// A value of a JSON5 text, with the place where it was written.
package struct JSON5Node: Sendable, Hashable {
    /// What was written; numbers are `Double`, as JSON5 defines them.
    package enum Value: Sendable, Hashable {
        case null
        case boolean(Bool)
        case number(Double)
        case text(String)
        case list([JSON5Node])
        case object([Member])
    }

    /// One `name: value` of an object; members keep the order in which they were written.
    package struct Member: Sendable, Hashable {
        package var name: String
        package var position: TextPosition
        package var value: JSON5Node
    }

    package var value: Value
    package var position: TextPosition

    package init(_ value: Value, at position: TextPosition = .start) {
        self.value = value
        self.position = position
    }
}

extension JSON5Node.Value {
    /// The kind of value as a problem calls it.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .text: "a string"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// A place in a text, both numbers counted from 1; columns count Unicode scalars.
package struct TextPosition: Sendable, Hashable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Where a text begins.
    package static let start = TextPosition(line: 1, column: 1)

    package static func < (lhs: TextPosition, rhs: TextPosition) -> Bool {
        (lhs.line, lhs.column) < (rhs.line, rhs.column)
    }
}
