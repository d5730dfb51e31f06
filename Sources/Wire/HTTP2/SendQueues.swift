import Base

/// What streams have sent and windows or the output had no room for yet.
///
/// Few streams wait at a time, so that queues are lent to those that do and used again.
struct SendQueues: ~Copyable {
    /// Payload, then perhaps the text of trailers, of one stream.
    struct Queue {
        /// Slot of the stream; negative while nobody has the queue.
        var slot = -1
        fileprivate var bytes: [UInt8] = []
        /// Bytes that have left.
        fileprivate var head = 0
        /// Where the payload ends and trailers begin.
        fileprivate var dataEnd = 0
        fileprivate(set) var hasTrailers = false

        /// Bytes of payload that wait.
        var dataCount: Int { dataEnd &- head }
        /// Bytes that wait.
        var count: Int { bytes.count &- head }
    }

    private var queues: [Queue] = []
    private(set) var active = 0
    /// Bytes that wait in all queues.
    private(set) var byteCount = 0
    /// Whose turn it is.
    private var turn = 0

    /// The queue numbered `number`, to be read.
    subscript(number: Int) -> Queue { _read { yield queues[number] } }

    /// How many queues there are, lent or not.
    var count: Int { queues.count }

    /// Lends a queue to the stream in `slot`; its number.
    mutating func lend(to slot: Int) -> Int {
        active &+= 1
        if let number = queues.firstIndex(where: { $0.slot < 0 }) {
            queues[number].slot = slot
            return number
        }
        queues.append(Queue(slot: slot))
        return queues.count &- 1
    }

    mutating func append(_ data: Span<UInt8>, to number: Int) {
        queues[number].makeRoom()
        queues[number].bytes.append(data)
        queues[number].dataEnd = queues[number].bytes.count
        byteCount &+= data.count
    }

    mutating func append(trailers text: Span<UInt8>, to number: Int) {
        queues[number].bytes.append(text)
        queues[number].hasTrailers = true
        byteCount &+= text.count
    }

    /// Moves `count` bytes of payload to `output`.
    mutating func move(_ count: Int, of number: Int, to output: inout ByteBuffer) {
        queues[number].move(count, to: &output)
        byteCount &-= count
    }

    /// The text of trailers.
    func trailers(of number: Int) -> ArraySlice<UInt8> {
        queues[number].bytes[queues[number].dataEnd...]
    }

    /// Takes the queue back, with whatever it still holds.
    mutating func giveBack(_ number: Int) {
        byteCount &-= queues[number].count
        active &-= 1
        // When nobody waits any more the memory is given back too: a stall is rare.
        if active == 0 {
            queues = []
            turn = 0
        } else {
            queues[number].clear()
        }
    }

    /// The number of the queue whose turn it is; then it is the next one's.
    mutating func takeTurn() -> Int {
        let number = turn < queues.count ? turn : 0
        turn = number &+ 1
        return number
    }
}

extension SendQueues.Queue {
    /// Drops what has left once it is the larger part.
    fileprivate mutating func makeRoom() {
        guard head > 0, head &* 2 >= bytes.count else { return }
        bytes.removeFirst(head)
        dataEnd &-= head
        head = 0
    }

    fileprivate mutating func move(_ count: Int, to output: inout ByteBuffer) {
        precondition(count <= dataCount, "more than what waits")
        output.append(bytes.span, head..<head &+ count)
        head &+= count
    }

    fileprivate mutating func clear() {
        slot = -1
        bytes.removeAll(keepingCapacity: true)
        head = 0
        dataEnd = 0
        hasTrailers = false
    }
}
