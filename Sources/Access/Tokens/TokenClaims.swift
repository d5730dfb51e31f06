import Base
import Telemetry
import Wire

/// The claims of a token (RFC 7519 §4), each of the type it must have and of bounded size.
struct TokenClaims {
    enum Failure: Error, Sendable, Hashable, CaseIterable {
        case malformed
        case duplicate
    }

    /// Which claims tell what a caller is and may do.
    struct Names {
        let tenant: String
        let tier: String
        let scopes: String
        let models: String
        /// Those that routes ask for.
        let others: [String]
    }

    /// Bytes of a text, elements of a list.
    private static let longestText = 512
    private static let longestList = 256
    /// Beyond this no date is meant, and a double no longer holds every second.
    private static let latestTime = 0x1p53

    private let bytes: [UInt8]
    private let object: JSONMembers

    init(_ bytes: [UInt8]) throws(Failure) {
        self.bytes = bytes
        do throws(JSONMembers.Failure) {
            object = try JSONMembers(bytes.span)
        } catch {
            throw error == .duplicate ? .duplicate : .malformed
        }
    }

    /// A claim that is a string; `nil` when it is absent.
    func text(_ name: String) throws(Failure) -> String? {
        guard object[name] != nil else { return nil }
        guard let text = object.text(name, bytes.span), text.utf8.count <= Self.longestText else {
            throw .malformed
        }
        return text
    }

    /// A claim that is a date in seconds (RFC 7519 §2); `nil` when it is absent.
    func time(_ name: String) throws(Failure) -> Double? {
        guard let member = object[name] else { return nil }
        guard case .number(let range) = member.value, range.count <= 32,
            let time = Double(bytes.span.text(range)), abs(time) <= Self.latestTime
        else { throw .malformed }
        return time
    }

    /// A claim that is an array of strings, or one string; `nil` when it is absent.
    func list(_ name: String) throws(Failure) -> [String]? {
        guard let member = object[name] else { return nil }
        if let strings = member.strings {
            let isBounded =
                strings.count <= Self.longestList
                && strings.allSatisfy { $0.utf8.count <= Self.longestText }
            guard isBounded else { throw .malformed }
            return strings
        }
        guard let text = try text(name) else { throw .malformed }
        return [text]
    }

    /// A list that may also be written as words with spaces between (RFC 8693 §4.2).
    func words(_ name: String) throws(Failure) -> [String]? {
        guard let member = object[name], case .string(let range) = member.value else {
            return try list(name)
        }
        let words = JSONString.decode(bytes.span, range).split(separator: " ").map(String.init)
        let isBounded =
            words.count <= Self.longestList
            && words.allSatisfy { $0.utf8.count <= Self.longestText }
        guard isBounded else { throw .malformed }
        return words
    }

    /// Whether a claim is there and true.
    func isTrue(_ name: String) -> Bool {
        object[name]?.value == .bool(true)
    }

    /// Whether a claim is there and a boolean.
    func isBoolean(_ name: String) -> Bool {
        guard case .bool? = object[name]?.value else { return false }
        return true
    }

    /// Whom the claims describe.
    func principal(
        subject: String,
        _ names: Names,
        expires: Int64?
    ) throws(Failure) -> Principal {
        let caller = Caller(
            subject: subject,
            tenant: try text(names.tenant) ?? "",
            tier: try text(names.tier) ?? ""
        )
        var claims: [Principal.Claim] = []
        for name in names.others {
            // Claims that are no strings fit no condition of a route.
            guard let value = object.text(name, bytes.span), value.utf8.count <= Self.longestText
            else { continue }
            claims.append(.init(name: name, value: value))
        }
        return Principal(
            caller: caller,
            scopes: try words(names.scopes) ?? [],
            models: try words(names.models).map { $0.map { Wildcard($0) } },
            claims: claims,
            expires: expires
        )
    }
}
