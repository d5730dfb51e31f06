/// Numbers in network byte order; every load is checked.
extension Span<UInt8> {
    /// The number in the four bytes from `index` on, the highest first.
    @inlinable @inline(__always) public func bigEndian32(at index: Int) -> UInt32 {
        precondition(index >= 0 && index <= count &- 4)
        return withUnsafeBytes { bytes in
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
        }
    }

    /// The number in the eight bytes from `index` on, the highest first.
    @inlinable @inline(__always) public func bigEndian64(at index: Int) -> UInt64 {
        precondition(index >= 0 && index <= count &- 8)
        return withUnsafeBytes { bytes in
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        }
    }
}
