import Base

/// Mixes a field's name, and then its value, into one number, at a cost that no length changes.
///
/// Only some bytes of long ones count: fields that it cannot tell apart are told by comparison.
struct FieldHash: Sendable {
    private var mixed: UInt64

    /// Of a name, without regard to case.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ name: Range<Int>) {
        let (first, middle, last) = bytes.foldedWords(name)
        mixed = first &+ middle &* 5 &+ last &* 3 &+ UInt64(name.count) &* Self.factor
        mixed = (mixed ^ mixed &>> 32) &* Self.factor
    }

    /// Of a name that is listed, which says as much as its bytes.
    @inline(__always)
    init(_ name: FieldName) {
        mixed = (UInt64(name.rawValue) &+ 256) &* Self.factor
    }

    /// Of the name that stands at `index` in the static table.
    @inline(__always)
    init(fixed index: Int) {
        mixed = UInt64(truncatingIfNeeded: index) &* Self.factor
    }

    /// Of the name and of this value.
    @inline(__always)
    func joined(by bytes: Span<UInt8>, _ value: Range<Int>) -> FieldHash {
        var joined = self
        let (first, middle, last) = bytes.foldedWords(value)
        joined.mixed &+= first &+ middle &* 5 &+ last &* 3 &+ UInt64(value.count) &* Self.factor
        joined.mixed = (joined.mixed ^ joined.mixed &>> 32) &* Self.factor
        return joined
    }

    /// One of `count` places, a power of two.
    @inline(__always)
    func place(of count: UInt64) -> Int {
        Int(truncatingIfNeeded: mixed &>> 40 & (count &- 1))
    }

    private static let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
}
