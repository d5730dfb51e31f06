/// Some of the field names, one bit each: a question about many of them is one AND.
package struct FieldNameSet: Sendable, Hashable, ExpressibleByArrayLiteral {
    private var bits: UInt64 = 0

    package init() {}

    package init(arrayLiteral names: FieldName...) {
        for name in names { insert(name) }
    }

    /// The set of these names, which the compiler works out where it is always the same.
    @inline(__always)
    init<let count: Int>(of names: InlineArray<count, FieldName>) {
        for index in names.indices { bits |= Self.bit(names[index]) }
    }

    /// Whether it holds no name.
    package var isEmpty: Bool { bits == 0 }

    /// Whether `name` is one of them.
    package func contains(_ name: FieldName) -> Bool { bits & Self.bit(name) != 0 }

    /// Whether a name is in both.
    package func intersects(_ other: FieldNameSet) -> Bool { bits & other.bits != 0 }

    /// The names in either.
    package func union(_ other: FieldNameSet) -> FieldNameSet {
        var both = self
        both.bits |= other.bits
        return both
    }

    /// Adds `name`.
    package mutating func insert(_ name: FieldName) { bits |= Self.bit(name) }

    /// Takes `name` away, if it is there.
    package mutating func remove(_ name: FieldName) { bits &= ~Self.bit(name) }

    /// Takes away all that are in `other`.
    package mutating func subtract(_ other: FieldNameSet) { bits &= ~other.bits }

    /// The set of `name` alone where it is in this one, else nothing.
    func intersection(_ name: FieldName) -> FieldNameSet {
        var one = FieldNameSet()
        one.bits = bits & Self.bit(name)
        return one
    }

    private static func bit(_ name: FieldName) -> UInt64 { 1 &<< UInt64(name.rawValue) }
}
