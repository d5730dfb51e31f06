extension ConfigType {
    /// A list of `type`, or one of them alone; `null` is none where none may be.
    static func oneOrMore<Element>(
        of type: ConfigType<Element>,
        _ counts: ClosedRange<Int>
    ) -> ConfigType where Value == [Element] {
        let list = ConfigType.list(of: type, counts)
        return ConfigType(
            name: "\(type.name) or list of it",
            bound: list.bound,
            schema: [.init("oneOf", .list([.object(type.schema), .object(list.schema)]))],
            parts: list.parts,
            decode: { node, decoder in
                switch node.value {
                case .list: list.decode(node, &decoder)
                case .null where counts.lowerBound == 0: []
                case .null, .boolean, .number, .text, .object:
                    type.decode(node, &decoder).map { [$0] }
                }
            },
            show: list.show
        )
    }

    /// An object with `counts` members of `type`, whose names are the writer's own.
    ///
    /// `complaint` says what is wrong with a name; the reference calls it `placeholder`.
    static func named<Element>(
        _ type: ConfigType<Element>,
        _ counts: ClosedRange<Int>,
        placeholder: String,
        _ complaint: @escaping @Sendable (String) -> String?
    ) -> ConfigType where Value == [(name: String, value: Element)] {
        ConfigType(
            name: "object of \(type.name)",
            bound: [type.bound, "\(counts.lowerBound) to \(counts.upperBound) members"]
                .filter { !$0.isEmpty }.joined(separator: ", "),
            schema: [
                .init("type", .text("object")),
                .init("additionalProperties", .object(type.schema)),
                .init("minProperties", .integer(counts.lowerBound)),
                .init("maxProperties", .integer(counts.upperBound)),
            ],
            parts: type.parts.map { part in
                var row = part
                row.path = "." + placeholder + part.path
                return row
            },
            decode: { node, decoder in
                guard case .object(let members) = node.value else {
                    decoder.reportKind(node, wanted: "an object")
                    return nil
                }
                guard counts.contains(members.count) else {
                    let wanted = "\(counts.lowerBound) to \(counts.upperBound)"
                    decoder.report(node, "must have \(wanted) members, not \(members.count)")
                    return nil
                }
                let before = decoder.problems.count
                for member in members {
                    guard let message = complaint(member.name) else { continue }
                    decoder.report(node, key: member.name, message)
                }
                let values = decoder.decodeEach(members, as: type)
                return decoder.problems.count == before ? values : nil
            },
            show: { .object($0.map { .init($0.name, type.show($0.value)) }) }
        )
    }

    /// Another type of value, made of this one by `make`, which reports why it yields `nil`.
    func refined<Other>(
        _ make: @escaping @Sendable (Value, JSON5Node, inout ConfigDecoder) -> Other?,
        show: @escaping @Sendable (Other) -> JSONTree
    ) -> ConfigType<Other> {
        ConfigType<Other>(
            name: name,
            bound: bound,
            schema: schema,
            parts: parts,
            decode: { node, decoder in
                guard let value = decode(node, &decoder) else { return nil }
                return make(value, node, &decoder)
            },
            show: show
        )
    }
}

extension JSON5Node {
    /// Whether this is an object that has a member `name`.
    func has(_ name: String) -> Bool { self[name] != nil }

    /// The value of the member `name`, if this is an object that has it.
    subscript(name: String) -> JSON5Node? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.name == name }?.value
    }
}
