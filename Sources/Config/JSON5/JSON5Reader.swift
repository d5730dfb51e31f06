package import Base

/// Reads JSON5 (spec.json5.org) into a tree whose nodes know line and column.
///
/// Total over any bytes: size and depth are bounded, and what it rejects is
/// `JSON5Problem.Cause`. Reading stops at the first break of syntax; repeated keys are
/// reported one and all, because the rest of the text still means something.
package struct JSON5Reader {
    package enum Limits {
        /// A configuration is written by people; more than this is another file.
        package static let size = ByteCount.mebibytes(1)
        /// The schema needs six levels.
        package static let depth = 64
    }

    /// What was read: without a root there is at least one problem.
    package struct Reading: Sendable {
        package var root: JSON5Node?
        package var problems: [JSON5Problem]
    }

    var cursor: JSON5Cursor
    private var path = ConfigPath()
    private var depth = 0
    private var duplicates: [JSON5Problem] = []

    private init(_ bytes: [UInt8]) {
        cursor = JSON5Cursor(bytes)
    }

    /// Reads the one value that `bytes`, at most `limit` of them, must hold.
    package static func read(_ bytes: [UInt8], limit: ByteCount = Limits.size) -> Reading {
        guard bytes.count <= limit.bytes else {
            return refusal(.tooLarge, at: .start)
        }
        if let broken = firstInvalidByte(of: bytes) {
            var cursor = JSON5Cursor(Array(bytes[..<broken]))
            while cursor.current != nil { cursor.advance() }
            return refusal(.invalidUTF8, at: cursor.position)
        }
        var reader = JSON5Reader(bytes)
        do throws(JSON5Problem) {
            let root = try reader.readDocument()
            return Reading(root: root, problems: reader.duplicates)
        } catch {
            return Reading(root: nil, problems: reader.duplicates + [error])
        }
    }

    private static func refusal(
        _ cause: JSON5Problem.Cause,
        at position: TextPosition
    ) -> Reading {
        let problem = JSON5Problem(position: position, keyPath: "", cause: cause)
        return Reading(root: nil, problems: [problem])
    }

    private static func firstInvalidByte(of bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    private mutating func readDocument() throws(JSON5Problem) -> JSON5Node {
        try skipBlanks()
        guard cursor.current != nil else { throw problem(.empty, at: .start) }
        let root = try readValue()
        try skipBlanks()
        guard cursor.current == nil else { throw problem(.textAfterEnd) }
        return root
    }

    private mutating func readValue() throws(JSON5Problem) -> JSON5Node {
        let start = cursor.position
        let value: JSON5Node.Value
        switch cursor.current {
        case UInt8(ascii: "{"):
            value = try nested { (reader) throws(JSON5Problem) in try reader.readObject() }
        case UInt8(ascii: "["):
            value = try nested { (reader) throws(JSON5Problem) in try reader.readList() }
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            value = .text(try readString())
        case nil:
            throw problem(.unexpectedEnd)
        case .some(let byte) where JSON5Reader.beginsNumber(byte):
            value = .number(try readNumber())
        case .some:
            value = try readWord()
        }
        return JSON5Node(value, at: start)
    }

    private mutating func nested(
        _ read: (inout JSON5Reader) throws(JSON5Problem) -> JSON5Node.Value
    ) throws(JSON5Problem) -> JSON5Node.Value {
        guard depth < Limits.depth else { throw problem(.tooDeep) }
        depth += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func readObject() throws(JSON5Problem) -> JSON5Node.Value {
        let start = cursor.position
        var members: [JSON5Node.Member] = []
        var firsts: [String: TextPosition] = [:]
        cursor.advance()
        while true {
            try skipBlanks()
            guard cursor.current != nil else { throw problem(.unterminatedObject, at: start) }
            if cursor.take(UInt8(ascii: "}")) { return .object(members) }
            let member = try readMember(&firsts)
            members.append(member)
            try skipBlanks()
            if cursor.take(UInt8(ascii: ",")) || cursor.current == UInt8(ascii: "}") { continue }
            guard cursor.current != nil else { throw problem(.unterminatedObject, at: start) }
            throw problem(.unexpected(cursor.found, wanted: "',' or '}'"))
        }
    }

    private mutating func readMember(
        _ firsts: inout [String: TextPosition]
    ) throws(JSON5Problem) -> JSON5Node.Member {
        let position = cursor.position
        let name = try readName()
        path.enter(name)
        if let first = firsts[name] {
            duplicates.append(problem(.duplicateKey(first: first), at: position))
        } else {
            firsts[name] = position
        }
        try skipBlanks()
        guard cursor.take(UInt8(ascii: ":")) else {
            throw problem(.unexpected(cursor.found, wanted: "':'"))
        }
        try skipBlanks()
        let value = try readValue()
        path.leave()
        return JSON5Node.Member(name: name, position: position, value: value)
    }

    private mutating func readList() throws(JSON5Problem) -> JSON5Node.Value {
        let start = cursor.position
        var elements: [JSON5Node] = []
        cursor.advance()
        while true {
            try skipBlanks()
            guard cursor.current != nil else { throw problem(.unterminatedList, at: start) }
            if cursor.take(UInt8(ascii: "]")) { return .list(elements) }
            path.enter(index: elements.count)
            elements.append(try readValue())
            path.leave()
            try skipBlanks()
            if cursor.take(UInt8(ascii: ",")) || cursor.current == UInt8(ascii: "]") { continue }
            guard cursor.current != nil else { throw problem(.unterminatedList, at: start) }
            throw problem(.unexpected(cursor.found, wanted: "',' or ']'"))
        }
    }

    private mutating func readWord() throws(JSON5Problem) -> JSON5Node.Value {
        let start = cursor.position
        guard JSON5Reader.beginsIdentifier(cursor.scalar?.value) else {
            throw problem(.unexpected(cursor.found, wanted: "a value"))
        }
        let word = try readName()
        switch word {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default:
            let found = "'\(word)'"
            let wanted = "a value (strings stand in quotes)"
            throw problem(.unexpected(found, wanted: wanted), at: start)
        }
    }

    /// A problem at `position`, by default where the cursor stands.
    func problem(_ cause: JSON5Problem.Cause, at position: TextPosition? = nil) -> JSON5Problem {
        JSON5Problem(
            position: position ?? cursor.position,
            keyPath: path.description,
            cause: cause
        )
    }
}
