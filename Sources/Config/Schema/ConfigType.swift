/// How one kind of value is written, checked, shown and described.
///
/// The three uses stand together so that they cannot disagree: what `decode` takes, `show`
/// writes, and `schema` promises to editors.
struct ConfigType<Value: Sendable>: Sendable {
    /// What the README calls it, such as `duration`.
    var name: String
    /// What is allowed beyond the type, such as `1ms to 24h`; empty when anything is.
    @Described var bound: String
    /// Members of its JSON Schema.
    @Described var schema: [JSONTree.Member]
    /// Keys of the objects it is made of, with paths relative to this value.
    @Described var parts: [ConfigRow]
    /// The value, or `nil` after reporting why there is none.
    var decode: @Sendable (JSON5Node, inout ConfigDecoder) -> Value?
    var show: @Sendable (Value) -> JSONTree

    init(
        name: String,
        bound: @autoclosure @escaping @Sendable () -> String = "",
        schema: @autoclosure @escaping @Sendable () -> [JSONTree.Member],
        parts: @autoclosure @escaping @Sendable () -> [ConfigRow] = [],
        decode: @escaping @Sendable (JSON5Node, inout ConfigDecoder) -> Value?,
        show: @escaping @Sendable (Value) -> JSONTree
    ) {
        self.name = name
        _bound = Described(make: bound)
        _schema = Described(make: schema)
        _parts = Described(make: parts)
        self.decode = decode
        self.show = show
    }
}

/// A description that is made whenever somebody asks for it: a start reads none of them, and all
/// of them together would be half of its time.
@propertyWrapper
struct Described<Content: Sendable>: Sendable {
    var make: @Sendable () -> Content

    var wrappedValue: Content {
        get { make() }
        set { make = { newValue } }
    }
}

/// One line of the configuration reference.
package struct ConfigRow: Sendable, Hashable {
    package var path: String
    package var type: String
    /// As JSON5 would write it.
    package var fallback: String
    package var bound: String
    package var effect: String
}
