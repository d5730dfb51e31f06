/// How one kind of value is written, checked, shown and described.
///
/// The three uses stand together so that they cannot disagree: what `decode` takes, `show`
/// writes, and `schema` promises to editors.
struct ConfigType<Value: Sendable>: Sendable {
    /// What the README calls it, such as `duration`.
    var name: String
    /// What is allowed beyond the type, such as `1ms to 24h`; empty when anything is.
    var bound = ""
    /// Members of its JSON Schema.
    var schema: [JSONTree.Member]
    /// Keys of the objects it is made of, with paths relative to this value.
    var parts: [ConfigRow] = []
    /// The value, or `nil` after reporting why there is none.
    var decode: @Sendable (JSON5Node, inout ConfigDecoder) -> Value?
    var show: @Sendable (Value) -> JSONTree
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
