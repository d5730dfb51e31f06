/// Bytes that wait: appended at the tail, consumed at the head.
///
/// Owns raw memory, so appending costs a bounds check and a copy, never a uniqueness check. An
/// empty buffer that was never used, or was `release`d, owns no memory at all.
public struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer?
    @usableFromInline var capacity = 0
    @usableFromInline var head = 0
    @usableFromInline var tail = 0

    @inlinable public init() {
        base = nil
    }

    /// Reserves room for `minimumCapacity` bytes at once.
    @inlinable public init(minimumCapacity: Int) {
        base = nil
        reserve(minimumCapacity)
    }

    @inlinable deinit {
        base?.deallocate()
    }

    /// How many bytes wait to be consumed.
    @inlinable public var readableCount: Int { tail - head }

    /// Whether no byte waits.
    @inlinable public var isEmpty: Bool { tail == head }

    /// Bytes of memory owned, waiting or not.
    @inlinable public var allocatedCount: Int { capacity }

    /// Lends the waiting bytes to `body`; they cannot escape it.
    @inlinable public borrowing func withReadable<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = UnsafeBufferPointer(
            start: base?.advanced(by: head).assumingMemoryBound(to: UInt8.self),
            count: tail - head
        )
        return try body(bytes.span)
    }

    /// Lends the waiting bytes as raw memory, for system calls.
    @inlinable public borrowing func withUnsafeReadable<Result>(
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        body(UnsafeRawBufferPointer(start: base.map { $0 + head }, count: tail - head))
    }

    /// Lends at least `room` bytes of free memory behind the tail; `body` says how many it filled.
    @inlinable public mutating func withFreeSpace(
        _ room: Int,
        _ body: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int {
        reserve(room)
        let start = base.map { $0 + tail }
        let filled = body(UnsafeMutableRawBufferPointer(start: start, count: capacity - tail))
        precondition(filled >= 0 && filled <= capacity - tail, "more was filled than was lent")
        tail += filled
        return filled
    }

    /// Drops `count` bytes from the head.
    @inlinable public mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= tail - head, "cannot consume what has not arrived")
        head += count
        if head == tail {
            head = 0
            tail = 0
        }
    }

    /// Drops everything and keeps the memory.
    @inlinable public mutating func clear() {
        head = 0
        tail = 0
    }

    /// Drops everything and gives the memory back.
    @inlinable public mutating func release() {
        base?.deallocate()
        base = nil
        capacity = 0
        clear()
    }

    /// Appends one byte.
    @inlinable @inline(__always) public mutating func append(_ byte: UInt8) {
        reserve(1)
        store(byte, at: 0)
        tail &+= 1
    }

    /// Appends `bytes` in order.
    @inlinable public mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBytes { append(raw: $0) }
    }

    /// Appends the part of `bytes` that `range` names.
    @inlinable public mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        append(bytes.extracting(range))
    }

    /// Appends the part of `bytes` that `range` names, with A to Z in lower case.
    @inlinable public mutating func append(lowercased bytes: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        // Eight bytes are stored at a time, also of those that end sooner.
        reserve(range.count &+ 8)
        bytes.withWords { words in
            var index = range.lowerBound
            var offset = 0
            while index < range.upperBound {
                store(Words.lowercased(words[index]), at: offset)
                index &+= 8
                offset &+= 8
            }
        }
        tail &+= range.count
    }

    /// Appends text known when the program is compiled.
    ///
    /// Always inlined, so that the copy of a literal becomes the stores of a few words.
    @inlinable @inline(__always) public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        if count == 0 { return }
        reserve(count)
        base.unsafelyUnwrapped.advanced(by: tail)
            .copyMemory(from: text.utf8Start, byteCount: count)
        tail &+= count
    }

    /// Appends the UTF-8 of `text`; for replies, logs and pages, not for every request.
    ///
    /// Disfavoured, so that a literal becomes a `StaticString` and costs no text at all.
    @_disfavoredOverload
    @inlinable public mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(raw: UnsafeRawBufferPointer($0)) }
    }

    /// Appends an array's bytes.
    @inlinable public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append(raw: $0) }
    }

    /// Moves everything that waits in `other` to the tail of this buffer.
    @inlinable public mutating func append(contentsOf other: borrowing ByteBuffer) {
        other.withUnsafeReadable { append(raw: $0) }
    }

    /// Makes room for `room` more bytes, first by moving what waits to the front.
    ///
    /// The tail never lies beyond the capacity, so the difference cannot wrap.
    @inlinable @inline(__always) public mutating func reserve(_ room: Int) {
        if capacity &- tail >= room { return }
        grow(room)
    }

    @inlinable mutating func append(raw bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        base.unsafelyUnwrapped.advanced(by: tail).copyMemory(from: source, byteCount: bytes.count)
        tail &+= bytes.count
    }

    /// Writes `value` behind the tail without moving it; its room must have been reserved.
    @inlinable @inline(__always)
    mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int)
    {
        base.unsafelyUnwrapped.storeBytes(of: value, toByteOffset: tail &+ offset, as: Value.self)
    }

    @usableFromInline @inline(never) mutating func grow(_ room: Int) {
        let waiting = tail - head
        if let base, capacity - waiting >= room, head >= capacity / 2 {
            base.copyMemory(from: base + head, byteCount: waiting)
        } else {
            let wanted = max(waiting + room, capacity * 2, 512)
            let fresh = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
            if let base, waiting > 0 {
                fresh.copyMemory(from: base + head, byteCount: waiting)
            }
            base?.deallocate()
            base = fresh
            capacity = wanted
        }
        head = 0
        tail = waiting
    }
}
