package import Base
package import Wire

/// Does to the fields of a message what `HeaderEdits` say, at the cost of a walk and a copy.
package struct HeaderEditor: Sendable {
    private struct Name: Sendable {
        let bytes: [UInt8]
        let field: FieldName

        init(_ text: String) {
            let name = Array(text.utf8)
            bytes = name
            field = name.isEmpty ? .other : FieldName(name.span, 0..<name.count)
        }
    }

    /// The names of the lines that go: those removed, and those set anew.
    private let dropped: [Name]
    /// The lines that come, as they are written.
    private let lines: [UInt8]
    /// Whether a `Host` is among them.
    package let namesHost: Bool

    package init(_ edits: HeaderEdits) {
        // A message has one host: another is never added to it.
        let hosts = edits.add.map(\.name).filter { Name($0).field == .host }
        dropped = (edits.remove + edits.set.map(\.name) + hosts).map { Name($0) }
        namesHost = !hosts.isEmpty || edits.set.contains { Name($0.name).field == .host }
        lines = (edits.set + edits.add).flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
    }

    /// Whether there is nothing to do.
    package var isEmpty: Bool { dropped.isEmpty && lines.isEmpty }

    /// Marks the lines that go as dropped; before the kept lines are written.
    package func strip(_ fields: inout Fields) {
        for name in dropped {
            if name.field != .other, name.field != .outriderOther {
                fields.drop(name.field)
                continue
            }
            guard fields.contains(name.field) else { continue }
            fields.drop { line, bytes in
                HeaderName.isNamed(name.bytes, name.field, line, bytes)
            }
        }
    }

    /// Appends the lines that come; after the kept lines.
    package func append(to output: inout ByteBuffer) {
        output.append(lines)
    }
}
