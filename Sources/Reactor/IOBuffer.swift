/// A fixed piece of memory to read into, one per worker and not one per connection.
package final class IOBuffer {
    /// Where `Socket.read` puts bytes; valid as long as the buffer.
    package let raw: UnsafeMutableRawBufferPointer

    /// Memory for `size` bytes, by default 64 KiB.
    package init(size: Int = 65536) {
        precondition(size > 0)
        raw = .allocate(byteCount: size, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        raw.deallocate()
    }

    /// Bytes of memory.
    package var count: Int { raw.count }

    /// The first `count` bytes; not to be kept beyond the next read.
    package func filled(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(count >= 0 && count <= raw.count)
        let start = raw.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: count)
    }
}
