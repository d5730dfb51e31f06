/// Spare buffers of one worker, so that steady traffic allocates nothing.
///
/// A connection owns memory only while bytes wait in it; in between, the memory waits here.
public struct BufferPool: ~Copyable {
    private let spares: UnsafeMutablePointer<ByteBuffer>
    private let capacity: Int
    private let largestKept: Int
    private var count = 0

    /// Keeps up to `capacity` buffers of at most `largestKept` bytes each.
    public init(capacity: Int, largestKept: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        self.largestKept = largestKept
        spares = .allocate(capacity: capacity)
    }

    deinit {
        spares.deinitialize(count: count)
        spares.deallocate()
    }

    /// Gives an empty `buffer` memory to write to, if a spare is there.
    public mutating func lend(to buffer: inout ByteBuffer) {
        guard buffer.allocatedCount == 0, count > 0 else { return }
        count -= 1
        buffer = (spares + count).move()
    }

    /// Takes the memory of `buffer` back once nothing waits in it.
    public mutating func reclaim(_ buffer: inout ByteBuffer) {
        guard buffer.isEmpty, buffer.allocatedCount > 0 else { return }
        guard count < capacity, buffer.allocatedCount <= largestKept else {
            buffer.release()
            return
        }
        var taken = ByteBuffer()
        swap(&taken, &buffer)
        (spares + count).initialize(to: taken)
        count += 1
    }
}
