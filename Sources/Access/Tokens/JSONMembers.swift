import Base
import Wire

/// The members of one JSON object, each name once (RFC 8725 §2.4 tells why that matters).
///
/// Names are compared as they mean, so that an escaped repetition is one too.
struct JSONMembers {
    enum Failure: Error, Sendable, Hashable, CaseIterable {
        case notAnObject
        case malformed
        case duplicate
        case tooMany
    }

    /// A member's value: its first token, and the list when it is an array of strings.
    struct Member {
        let name: String
        let value: JSONScanner.Token
        /// The strings of an array that holds nothing else.
        let strings: [String]?
    }

    /// Members at most: comparing them all with each other must stay cheap.
    static let maximum = 128

    let members: [Member]

    /// Reads all of `bytes`, which must hold one object and nothing else.
    init(_ bytes: Span<UInt8>) throws(Failure) {
        var scanner = JSONScanner()
        guard let first = Self.next(&scanner, bytes) else { throw .malformed }
        guard first == .beginObject else { throw .notAnObject }
        members = try Self.read(&scanner, bytes)
        guard Self.next(&scanner, bytes) == .end else { throw .malformed }
    }

    /// Reads the object whose brace `scanner` has just passed.
    init(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(Failure) {
        members = try Self.read(&scanner, bytes)
    }

    /// The member of this name.
    subscript(_ name: String) -> Member? {
        members.first { $0.name == name }
    }

    /// The text of a member that is a string.
    func text(_ name: String, _ bytes: Span<UInt8>) -> String? {
        guard case .string(let range)? = self[name]?.value else { return nil }
        return JSONString.decode(bytes, range)
    }

    private static func read(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> [Member] {
        var members: [Member] = []
        while true {
            switch next(&scanner, bytes) {
            case .endObject: return members
            case .key(let range):
                let name = JSONString.decode(bytes, range)
                if members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                    throw .duplicate
                }
                guard members.count < maximum else { throw .tooMany }
                guard let value = next(&scanner, bytes) else { throw .malformed }
                let strings = try finish(value, &scanner, bytes)
                members.append(Member(name: name, value: value, strings: strings))
            default: throw .malformed
            }
        }
    }

    /// Passes over the rest of a value that has begun.
    private static func finish(
        _ value: JSONScanner.Token,
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) throws(Failure) -> [String]? {
        guard value == .beginArray || value == .beginObject else { return nil }
        let outer = scanner.depth - 1
        var strings: [String]? = value == .beginArray ? [] : nil
        while scanner.depth > outer {
            guard let token = next(&scanner, bytes) else { throw .malformed }
            if case .string(let range) = token {
                strings?.append(JSONString.decode(bytes, range))
            } else if scanner.depth > outer {
                strings = nil
            }
        }
        return strings
    }

    /// The next token; `nil` when the text is malformed there.
    private static func next(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>
    ) -> JSONScanner.Token? {
        do throws(JSONScanner.Failure) {
            return try scanner.next(bytes)
        } catch {
            // Whatever is wrong with it, it is not JSON.
            return nil
        }
    }
}
