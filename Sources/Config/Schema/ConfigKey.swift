/// One key: its path, where its value lives, its type, and one sentence about its effect.
///
/// Everything that must agree about a key reads it from here: decoding, suggestions,
/// `outrider schema`, `/config` and the README. The default is what a fresh `Root` holds.
struct ConfigKey<Root>: Sendable {
    typealias Field<Value> = any WritableKeyPath<Root, Value> & Sendable

    /// Dotted, relative to the object that holds it.
    let path: String
    let effect: String
    let type: String
    @Described var bound: String
    @Described var schema: [JSONTree.Member]
    @Described var parts: [ConfigRow]
    let decode: @Sendable (JSON5Node, inout ConfigDecoder, inout Root) -> Void
    let show: @Sendable (Root) -> JSONTree
    /// Another spelling that is understood as well, such as the singular of a list.
    var synonym: String?
}

extension ConfigKey {
    /// A key whose value lives in `field`, which is looked for when the key is first used.
    init<Value>(
        _ path: String,
        _ field: @autoclosure @escaping @Sendable () -> Field<Value>,
        _ type: ConfigType<Value>,
        _ effect: String,
        synonym: String? = nil
    ) {
        self.init(
            path: path,
            effect: effect,
            type: type.name,
            bound: Described { type.bound },
            schema: Described { type.schema },
            parts: Described { type.parts },
            decode: { node, decoder, root in
                if let value = type.decode(node, &decoder) { root[keyPath: field()] = value }
            },
            show: { type.show($0[keyPath: field()]) },
            synonym: synonym
        )
    }

    /// A key that later versions give meaning: only values that change nothing are accepted.
    ///
    /// The first of `values` is the default.
    init(reserved path: String, _ values: [JSONTree], _ effect: String) {
        self.init(
            path: path,
            effect: effect,
            type: "reserved",
            bound: Described { values.map(\.line).joined(separator: ", ") },
            schema: Described { [.init("enum", .list(values))] },
            parts: Described { [] },
            decode: { node, decoder, _ in
                guard !values.contains(where: { $0.isWritten(as: node.value) }) else { return }
                decoder.report(node, "not supported by this build")
            },
            show: { _ in values.first ?? .null }
        )
    }

    /// The same key in an object that holds `Root` in `field`, below `prefix`.
    func lifted<Outer>(
        to field: @autoclosure @escaping @Sendable () -> ConfigKey<Outer>.Field<Root>,
        below prefix: String = ""
    ) -> ConfigKey<Outer> {
        ConfigKey<Outer>(
            path: prefix + path,
            effect: effect,
            type: type,
            bound: _bound,
            schema: _schema,
            parts: _parts,
            decode: { decode($0, &$1, &$2[keyPath: field()]) },
            show: { show($0[keyPath: field()]) },
            synonym: synonym.map { prefix + $0 }
        )
    }

    /// This key's line of the reference and, below it, those of its parts.
    func rows(defaults: Root) -> [ConfigRow] {
        let own = ConfigRow(
            path: path,
            type: type,
            fallback: show(defaults).line,
            bound: bound,
            effect: effect
        )
        let inner = parts.map { part in
            var row = part
            row.path = path + part.path
            return row
        }
        return [own] + inner
    }
}

extension JSONTree {
    /// Whether `value` writes exactly this tree.
    fileprivate func isWritten(as value: JSON5Node.Value) -> Bool {
        switch (self, value) {
        case (.null, .null): true
        case (.boolean(let own), .boolean(let other)): own == other
        case (.text(let own), .text(let other)): own == other
        case (.list(let own), .list(let other)):
            own.count == other.count && zip(own, other).allSatisfy { $0.isWritten(as: $1.value) }
        case (.object(let own), .object(let other)):
            own.count == other.count
                && other.allSatisfy { self[$0.name]?.isWritten(as: $0.value.value) ?? false }
        default: false
        }
    }
}
