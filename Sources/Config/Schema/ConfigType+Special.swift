import Base

extension ConfigType<String> {
    /// A secret: text, `{ env: "NAME" }` or `{ file: "/path" }`; never shown.
    static let secret = ConfigType(
        name: "secret",
        bound: "1 to 4096 bytes; text, `{ env }` or `{ file }`",
        schema: [
            .init(
                "oneOf",
                .list([
                    .object([.init("type", .text("string"))]),
                    .secretSource("env"),
                    .secretSource("file"),
                ])
            )
        ],
        decode: { node, decoder in decoder.decodeSecret(node) },
        show: { _ in .text("•••") }
    )

    /// `header:NAME`, kept as the name in lower case.
    static let hashOn = ConfigType(
        name: "string",
        bound: "`header:NAME`",
        schema: [.init("type", .text("string")), .init("pattern", .text("^header:.+$"))],
        decode: { node, decoder in
            guard case .text(let text) = node.value else {
                decoder.reportKind(node, wanted: "\"header:NAME\"")
                return nil
            }
            let name = text.dropFirst("header:".count)
            let isName = !name.isEmpty && name.utf8.allSatisfy(ASCII.isToken)
            guard text.hasPrefix("header:"), isName, name.utf8.count <= 128 else {
                decoder.report(node, "\"\(text)\" is not of the form \"header:NAME\"")
                return nil
            }
            return name.lowercased()
        },
        show: { .text("header:\($0)") }
    )
}

extension JSONTree {
    static func secretSource(_ name: String) -> JSONTree {
        .object([
            .init("type", .text("object")),
            .init("properties", .object([.init(name, .object([.init("type", .text("string"))]))])),
            .init("required", .list([.text(name)])),
            .init("additionalProperties", .boolean(false)),
        ])
    }
}

extension ConfigType<TelemetryConfig.AccessLog> {
    /// `json`, `off` or `{ file: "/path" }`.
    static let accessLog = ConfigType(
        name: "string or object",
        bound: "`json`, `off`, `{ file }`",
        schema: [
            .init(
                "oneOf",
                .list([
                    .object([.init("enum", .list([.text("json"), .text("off")]))]),
                    .secretSource("file"),
                ])
            )
        ],
        decode: { node, decoder in
            switch node.value {
            case .text("json"): return .standardOutput
            case .text("off"): return .off
            case .object(let members):
                if members.count == 1, members[0].name == "file",
                    case .text(let path) = members[0].value.value, !path.isEmpty,
                    !path.utf8.contains(0)
                {
                    return .file(path)
                }
                decoder.report(node, "must be { file: \"/path\" }")
                return nil
            case .null, .boolean, .number, .text, .list:
                decoder.report(node, "must be \"json\", \"off\" or { file: \"/path\" }")
                return nil
            }
        },
        show: { log in
            switch log {
            case .off: .text("off")
            case .standardOutput: .text("json")
            case .file(let path): .object([.init("file", .text(path))])
            }
        }
    )
}

extension ConfigType<[(name: String, value: String)]> {
    /// Header names and values; those that frame a message are Outrider's own business.
    static let headers = ConfigType(
        name: "object of string",
        bound: "at most 32; not the framing ones",
        schema: [
            .init("type", .text("object")),
            .init("additionalProperties", .object([.init("type", .text("string"))])),
            .init("maxProperties", .integer(32)),
        ],
        decode: { node, decoder in
            guard case .object(let members) = node.value, members.count <= 32 else {
                decoder.report(node, "must be an object of at most 32 headers")
                return nil
            }
            let before = decoder.problems.count
            let headers = members.compactMap { decodeHeader($0, &decoder) }
            return decoder.problems.count == before ? headers : nil
        },
        show: { .object($0.map { .init($0.name, .text($0.value)) }) }
    )

    private static let framing = [
        "connection", "content-length", "transfer-encoding", "trailer", "upgrade", "keep-alive",
        "te", "date", "server", "proxy-connection",
    ]

    private static func decodeHeader(
        _ member: JSON5Node.Member,
        _ decoder: inout ConfigDecoder
    ) -> (name: String, value: String)? {
        let name = member.name
        let isName = !name.isEmpty && name.utf8.count <= 128 && name.utf8.allSatisfy(ASCII.isToken)
        guard isName, !framing.contains(name.lowercased()) else {
            let reason = isName ? "is set by Outrider itself" : "is not a header name"
            decoder.report(member.value, "\"\(name)\" \(reason)")
            return nil
        }
        guard case .text(let value) = member.value.value, value.utf8.count <= 4_096,
            value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else {
            decoder.report(
                member.value,
                "\"\(name)\" must be a string on one line, up to 4096 bytes"
            )
            return nil
        }
        return (name, value)
    }
}
