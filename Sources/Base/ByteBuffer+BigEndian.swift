/// Numbers in network byte order, and bytes that are known only after what follows them.
extension ByteBuffer {
    /// Appends the two bytes of `number`, the highest first.
    @inlinable @inline(__always) public mutating func append(bigEndian number: UInt16) {
        reserve(2)
        store(number.bigEndian, at: 0)
        tail &+= 2
    }

    /// Appends the four bytes of `number`, the highest first.
    @inlinable @inline(__always) public mutating func append(bigEndian number: UInt32) {
        reserve(4)
        store(number.bigEndian, at: 0)
        tail &+= 4
    }

    /// Appends the eight bytes of `number`, the highest first.
    @inlinable @inline(__always) public mutating func append(bigEndian number: UInt64) {
        reserve(8)
        store(number.bigEndian, at: 0)
        tail &+= 8
    }

    /// Replaces eight waiting bytes by those of `number`; the first is that at `index`.
    @inlinable public mutating func overwrite(bigEndian number: UInt64, at index: Int) {
        precondition(index >= 0 && index <= readableCount &- 8, "only what waits can be replaced")
        store(number.bigEndian, at: index &- readableCount)
    }

    /// Drops waiting bytes from the tail, so that `count` remain.
    @inlinable public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= readableCount, "cannot keep what is not there")
        tail = head &+ count
    }
}
