import Base
import Routing

extension ConfigType<String> {
    /// The name of a header, kept in lower case.
    static let headerName = text(upTo: 128).restricted { text in
        text.utf8.allSatisfy(ASCII.isToken) ? nil : "\"\(text)\" is not a header name"
    }.mapped({ $0.lowercased() }, show: { .text($0) })

    /// A method of HTTP; case matters, and all that are in use are in capitals.
    static let method = text(upTo: 32).restricted { text in
        guard text.utf8.allSatisfy(ASCII.isToken) else { return "\"\(text)\" is not a method" }
        let capitals = text.uppercased()
        return text == capitals ? nil : "\"\(text)\" is not a method, write \"\(capitals)\""
    }

    /// A URL that is fetched, over TLS or without.
    static let fetchedURL = text(upTo: 2_048).restricted { text in
        let scheme = ["http://", "https://"].first { text.hasPrefix($0) }
        guard let scheme else { return "must be a URL such as https://host/path" }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        let address = Address(String(authority)) ?? Address("\(authority):80")
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x23 }
        if case .host? = address, isPlain { return nil }
        return "must be a URL such as https://host/path"
    }
}

extension ConfigType<Wildcard> {
    /// A name in which `*` stands for any run of characters.
    static let wildcard = ConfigType<String>.text(upTo: 256)
        .mapped({ Wildcard($0) }, show: { .text($0.text) })
}

extension ConfigType<[ValueCondition]> {
    /// Names and what their values must be like; `*` asks only that there is one.
    static func conditions(
        namesFold: Bool,
        _ complaint: @escaping @Sendable (String) -> String?
    ) -> ConfigType {
        ConfigType<[(name: String, value: Wildcard)]>
            .named(.wildcard, 0...32, placeholder: "NAME", complaint)
            .mapped(
                { members in
                    members.map { name, value in
                        ValueCondition(name: namesFold ? name.lowercased() : name, value: value)
                    }
                },
                show: { .object($0.map { .init($0.name, .text($0.value.text)) }) }
            )
            .withoutParts
    }

    /// Conditions on headers, whose names are kept in lower case.
    static let headerConditions = conditions(namesFold: true) { name in
        let isName = (1...128).contains(name.utf8.count) && name.utf8.allSatisfy(ASCII.isToken)
        return isName ? nil : "\"\(name)\" is not a header name"
    }

    /// Conditions on query parameters or claims.
    static let namedConditions = conditions(namesFold: false) { name in
        (1...128).contains(name.utf8.count) ? nil : "a name must be 1 to 128 bytes long"
    }
}

extension ConfigKey<HeaderEdits> {
    /// The keys of `requestHeaders` and `responseHeaders`.
    static let all: [ConfigKey<HeaderEdits>] = [
        ConfigKey(
            "remove",
            \.remove,
            .oneOrMore(of: ConfigType<String>.headerName.restricted(complaint), 0...32),
            "Headers that are removed first."
        ),
        ConfigKey("set", \.set, .editLines, "Headers that replace all of their name."),
        ConfigKey("add", \.add, .editLines, "Headers that are added to those of their name."),
    ]

    private static let framing: Set<String> = [
        "connection", "content-length", "transfer-encoding", "trailer", "upgrade", "te",
    ]

    @Sendable private static func complaint(about name: String) -> String? {
        framing.contains(name) || name.isReserved ? "\"\(name)\" is set by Outrider itself" : nil
    }
}

extension ConfigType<[HeaderEdits.Line]> {
    fileprivate static let editLines = ConfigType<[(name: String, value: String)]>.headers
        .restricted { headers in
            headers.first { $0.name.isReserved }.map { "\"\($0.name)\" is set by Outrider itself" }
        }
        .mapped(
            { $0.map { HeaderEdits.Line(name: $0.name, value: $0.value) } },
            show: { .object($0.map { .init($0.name, .text($0.value)) }) }
        )
}

extension String {
    /// Whether this header is one that Outrider alone may write.
    fileprivate var isReserved: Bool {
        let folded = lowercased().map { $0 == "_" || $0 == "." ? "-" : $0 }
        return String(folded).hasPrefix("x-outrider-")
    }
}

extension ConfigType {
    /// The same type without rows of its own in the reference.
    fileprivate var withoutParts: ConfigType {
        var copy = self
        copy.parts = []
        return copy
    }
}
