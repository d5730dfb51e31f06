package import Config
package import Reactor
import Synchronization

/// A bound listener on its way to the worker that will serve it.
///
/// A listener cannot be copied and a message must be; so the message carries this, and the first
/// who takes the listener has it.
package final class ListeningPlace: Sendable {
    package let address: Address
    /// Index of the upstream that its requests go to.
    package let upstream: Int
    private let listener: Mutex<Listener?>

    package init(_ listener: consuming sending Listener, address: Address, upstream: Int) {
        self.address = address
        self.upstream = upstream
        self.listener = Mutex(consume listener)
    }

    /// The listener, once.
    func take() -> Listener? {
        listener.withLock { $0.take() }
    }
}
