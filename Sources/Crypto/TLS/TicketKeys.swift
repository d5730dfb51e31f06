package import Base
private import COpenSSL
import Synchronization

/// Keys that seal session tickets, in memory alone: what was recorded cannot be opened later.
///
/// Shared by all contexts and all workers, under a lock that is held for a copy. The control loop
/// has them rotated: the newest seals, the one before it still opens, older ones are gone.
package final class TicketKeys: Sendable {
    /// How long a key seals; a ticket is of use for at most twice as long.
    package static let period = Nanoseconds.seconds(12 * 3_600)

    /// One generation (RFC 5077 §4): a name to find it by, and two keys.
    struct Key: Sendable {
        static let size = 80
        let bytes: [UInt8]

        /// Tells the key in a ticket.
        var name: ArraySlice<UInt8> { bytes[..<16] }
        /// AES-256.
        var cipher: ArraySlice<UInt8> { bytes[16..<48] }
        /// HMAC-SHA-256.
        var mac: ArraySlice<UInt8> { bytes[48...] }

        init() {
            var bytes = [UInt8](repeating: 0, count: Self.size)
            let isDone = RAND_bytes(&bytes, Int32(bytes.count)) == 1
            precondition(isDone, "without chance there is no secret")
            self.bytes = bytes
        }
    }

    private struct State {
        var keys: [Key]
        var rotateAt: Instant
    }

    private let state: Mutex<State>

    package init(now: Instant) {
        state = Mutex(State(keys: [Key()], rotateAt: now.advanced(by: Self.period)))
    }

    /// Makes a new key when the newest has sealed for long enough.
    package func rotate(now: Instant) {
        state.withLock { state in
            guard state.rotateAt <= now else { return }
            state.keys = [Key(), state.keys[0]]
            state.rotateAt = now.advanced(by: Self.period)
        }
    }

    /// The key that seals.
    var newest: Key { state.withLock { $0.keys[0] } }

    /// The key that a ticket names, and whether it is the newest.
    func find(_ name: UnsafeBufferPointer<UInt8>) -> (key: Key, isNewest: Bool)? {
        let keys = state.withLock { $0.keys }
        return keys.firstIndex { $0.name.elementsEqual(name) }.map { (keys[$0], $0 == 0) }
    }
}
