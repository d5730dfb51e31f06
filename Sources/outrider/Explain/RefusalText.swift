import Access

/// Why a credential was refused, for the one who runs the gateway.
enum RefusalText {
    /// The words of a refusal; never the credential.
    static func words(of refusal: Gatekeeper.Refusal) -> String {
        switch refusal {
        case .tooLarge: "longer than any credential may be"
        case .malformedKey: "no key: its beginning, length or checksum is wrong"
        case .key(.unknown): "no key of auth.apiKeys"
        case .key(.revoked): "the key is revoked"
        case .key(.notYetValid): "the key is not good yet"
        case .key(.expired): "the key has expired"
        case .token(let refusal): "the token is refused: " + spaced(String(describing: refusal))
        case .unknownKind: "neither a key nor a token that anybody here could judge"
        case .inactive: "the token is not active"
        case .introspectionFailed: "nobody could tell"
        case .remembered: "refused a moment ago"
        }
    }

    /// The last name of `description`, such as `wrong signature`.
    private static func spaced(_ description: String) -> String {
        let names = description.split { !$0.isLetter }
        var words = ""
        for character in names.last ?? "" {
            if character.isUppercase { words += " " }
            words += character.lowercased()
        }
        return words
    }
}
