extension ConfigType {
    /// A value of `type`, or `null`.
    static func optional<Wrapped>(_ type: ConfigType<Wrapped>) -> ConfigType
    where Value == Wrapped? {
        let null = JSONTree.object([.init("type", .text("null"))])
        return ConfigType(
            name: "\(type.name) or `null`",
            bound: type.bound,
            schema: [.init("oneOf", .list([.object(type.schema), null]))],
            parts: type.parts,
            decode: { node, decoder in
                if case .null = node.value { return .some(nil) }
                return type.decode(node, &decoder).map { .some($0) }
            },
            show: { $0.map(type.show) ?? .null }
        )
    }

    /// A list of `type`, `counts` long.
    static func list<Element>(
        of type: ConfigType<Element>,
        _ counts: ClosedRange<Int>
    ) -> ConfigType where Value == [Element] {
        ConfigType(
            name: "list of \(type.name)",
            bound: [type.bound, "\(counts.lowerBound) to \(counts.upperBound) entries"]
                .filter { !$0.isEmpty }.joined(separator: ", "),
            schema: [
                .init("type", .text("array")),
                .init("items", .object(type.schema)),
                .init("minItems", .integer(counts.lowerBound)),
                .init("maxItems", .integer(counts.upperBound)),
            ],
            parts: type.parts.map { part in
                var row = part
                row.path = "[]" + part.path
                return row
            },
            decode: { node, decoder in
                guard case .list(let elements) = node.value else {
                    decoder.reportKind(node, wanted: "a list")
                    return nil
                }
                guard counts.contains(elements.count) else {
                    let wanted = "\(counts.lowerBound) to \(counts.upperBound)"
                    decoder.report(node, "must have \(wanted) entries, not \(elements.count)")
                    return nil
                }
                let values = decoder.decodeEach(elements, as: type)
                return values.count == elements.count ? values : nil
            },
            show: { .list($0.map(type.show)) }
        )
    }

    /// An object of `keys`; keys left out keep what `start` holds.
    static func object(
        _ keys: [ConfigKey<Value>],
        startingFrom start: Value,
        required: [String] = []
    ) -> ConfigType {
        ConfigType(
            name: "object",
            schema: JSONSchema.object(keys, defaults: start, required: required),
            parts: keys.flatMap { $0.rows(defaults: start) }.map { part in
                var row = part
                row.path = "." + part.path
                if required.contains(part.path) { row.fallback = "required" }
                return row
            },
            decode: { node, decoder in
                var value = start
                let before = decoder.problems.count
                decoder.decode(node, by: keys, into: &value)
                decoder.requireKeys(required, in: node)
                return decoder.problems.count == before ? value : nil
            },
            show: { EffectiveConfig.values(of: $0, by: keys) }
        )
    }
}

extension ConfigType where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words of `Value`.
    static func word(_ kind: String) -> ConfigType {
        let words = Value.allCases.map(\.rawValue)
        return ConfigType(
            name: "string",
            bound: words.map { "`\($0)`" }.joined(separator: ", "),
            schema: [.init("enum", .list(words.map { .text($0) }))],
            decode: { node, decoder in
                guard case .text(let word) = node.value else {
                    decoder.reportKind(node, wanted: "a string")
                    return nil
                }
                if let value = Value(rawValue: word) { return value }
                let near = Spelling.suggestion(for: word, among: words)
                let valid = near.isEmpty ? "; valid are \(words.joined(separator: ", "))" : near
                decoder.report(node, "\"\(word)\" is not \(kind)\(valid)")
                return nil
            },
            show: { .text($0.rawValue) }
        )
    }
}

extension ConfigType {
    /// The list of `words` as a set, shown in the order in which the words are declared.
    static func set<Word>(of words: ConfigType<Word>) -> ConfigType
    where Value == Set<Word>, Word: CaseIterable & Hashable {
        let list = ConfigType<[Word]>.list(of: words, 0...Word.allCases.count)
        var bound = list
        bound.bound = words.bound
        return bound.mapped(
            { Set($0) },
            show: { set in list.show(Word.allCases.filter { set.contains($0) }) }
        )
    }
}
