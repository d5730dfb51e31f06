import Base
import Wire

/// Bytes that came in on one connection and are not yet understood, and whether more may come.
struct Inbox: ~Copyable {
    /// Bytes kept at most while nobody wants them; then reading pauses.
    static let waitingBytes = 65_536

    var leftover = ByteBuffer()
    var decoder = BodyDecoder(.none)
    /// How far `leftover` was searched for the end of a head.
    var scanned = 0
    /// Whoever takes the bytes cannot take more now.
    var isPaused = false
    /// More can be read: an edge came while paused, or the last read filled the buffer.
    var isReadable = false
    /// The last read filled the buffer: much is coming.
    var isBulk = false
    /// Stands in the worker's list of connections to look at again this turn.
    var isListed = false
    /// A head has begun to arrive; its time runs from its first byte.
    var isHeadBegun = false
    /// The poller told of a reset: reading what is left may be waited for, but not for ever.
    var isBroken = false
    /// Bytes are being understood: what `leftover` holds is not all there is.
    var isConsuming = false
    /// The poller told of an end; it is met after the bytes that came before it.
    var isEndNear = false
    /// The end has been met.
    var sawEnd = false
}
