extension ConfigType<Bool> {
    /// `true` or `false`.
    static let boolean = ConfigType(
        name: "boolean",
        schema: [.init("type", .text("boolean"))],
        decode: { node, decoder in
            guard case .boolean(let value) = node.value else {
                decoder.reportKind(node, wanted: "true or false")
                return nil
            }
            return value
        },
        show: { .boolean($0) }
    )
}

extension ConfigType<Int> {
    /// A whole number within `bounds`.
    static func integer(_ bounds: ClosedRange<Int>) -> ConfigType {
        ConfigType(
            name: "integer",
            bound: "\(bounds.lowerBound) to \(bounds.upperBound)",
            schema: [
                .init("type", .text("integer")),
                .init("minimum", .integer(bounds.lowerBound)),
                .init("maximum", .integer(bounds.upperBound)),
            ],
            decode: { node, decoder in
                guard case .number(let number) = node.value else {
                    decoder.reportKind(node, wanted: "a whole number")
                    return nil
                }
                guard let value = Int(exactly: number), bounds.contains(value) else {
                    let wanted = "\(bounds.lowerBound) to \(bounds.upperBound)"
                    decoder.report(node, "must be a whole number from \(wanted)")
                    return nil
                }
                return value
            },
            show: { .integer($0) }
        )
    }

    /// A count of worker threads, or `"auto"`, kept as 0.
    static func workers(_ bounds: ClosedRange<Int>) -> ConfigType {
        let number = integer(bounds)
        return ConfigType(
            name: "integer or `\"auto\"`",
            bound: number.bound,
            schema: [
                .init("oneOf", .list([.object(number.schema), .constant("auto")]))
            ],
            decode: { node, decoder in
                guard case .text(let word) = node.value else {
                    return number.decode(node, &decoder)
                }
                if word == "auto" { return 0 }
                decoder.report(node, "must be a whole number or \"auto\", not \"\(word)\"")
                return nil
            },
            show: { $0 == 0 ? .text("auto") : .integer($0) }
        )
    }
}

extension ConfigType<Double> {
    /// A finite number within `bounds`.
    static func number(_ bounds: ClosedRange<Double>) -> ConfigType {
        let tree = (low: JSONTree(bounds.lowerBound), high: JSONTree(bounds.upperBound))
        let bound = "\(tree.low.line) to \(tree.high.line)"
        return ConfigType(
            name: "number",
            bound: bound,
            schema: [
                .init("type", .text("number")),
                .init("minimum", tree.low),
                .init("maximum", tree.high),
            ],
            decode: { node, decoder in
                guard case .number(let value) = node.value else {
                    decoder.reportKind(node, wanted: "a number")
                    return nil
                }
                guard value.isFinite, bounds.contains(value) else {
                    decoder.report(node, "must be a number from \(bound)")
                    return nil
                }
                return value
            },
            show: { JSONTree($0) }
        )
    }
}

extension ConfigType<String> {
    /// Text of one line, at most `limit` bytes of UTF-8.
    static func text(upTo limit: Int, mayBeEmpty: Bool = false) -> ConfigType {
        multilineText(upTo: limit, mayBeEmpty: mayBeEmpty).restricted { text in
            text.unicodeScalars.contains { $0.properties.generalCategory == .control }
                ? "must not hold control characters" : nil
        }
    }

    /// Any text of at most `limit` bytes of UTF-8.
    static func multilineText(upTo limit: Int, mayBeEmpty: Bool) -> ConfigType {
        ConfigType(
            name: "string",
            bound: (mayBeEmpty ? "at most" : "1 to") + " \(limit) bytes",
            schema: [.init("type", .text("string")), .init("maxLength", .integer(limit))]
                + (mayBeEmpty ? [] : [.init("minLength", .integer(1))]),
            decode: { node, decoder in
                guard case .text(let text) = node.value else {
                    decoder.reportKind(node, wanted: "a string")
                    return nil
                }
                if text.isEmpty, !mayBeEmpty {
                    decoder.report(node, "must not be empty")
                    return nil
                }
                guard text.utf8.count <= limit else {
                    decoder.report(node, "must be at most \(limit) bytes")
                    return nil
                }
                return text
            },
            show: { .text($0) }
        )
    }

    /// An absolute path of an HTTP request, without query.
    static let requestPath = pathOrName.restricted { text in
        text.hasPrefix("/") ? nil : "must begin with \"/\""
    }

    /// Such a path, or the name of a service of gRPC: which of them, another key says.
    static let pathOrName = text(upTo: 1_024).restricted { text in
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x23 }
        return isPlain ? nil : "must be visible ASCII without \"#\""
    }
}

extension ConfigType {
    /// The same type, refusing every value that `complaint` has something to say about.
    func restricted(_ complaint: @escaping @Sendable (Value) -> String?) -> ConfigType {
        var copy = self
        copy.decode = { node, decoder in
            guard let value = decode(node, &decoder) else { return nil }
            guard let message = complaint(value) else { return value }
            decoder.report(node, message)
            return nil
        }
        return copy
    }
}

extension JSONTree {
    /// A number as people write it: whole ones without a fraction.
    init(_ number: Double) {
        self = Int(exactly: number).map { .integer($0) } ?? .number(number)
    }

    /// A schema that allows only `word`.
    static func constant(_ word: String) -> JSONTree {
        .object([.init("const", .text(word))])
    }
}
