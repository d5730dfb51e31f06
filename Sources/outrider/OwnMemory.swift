import Reactor
import Synchronization

/// Work whose memory shall not mingle with what lives on.
enum OwnMemory {
    /// Runs `work` on a thread of its own and waits for it.
    ///
    /// The C library gives such a thread memory of its own. What is read of ten thousand keys is
    /// many megabytes of small pieces; between them nothing of what lives on may come to lie, or
    /// their memory could not be given back. Where no thread can be had it runs here.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
        let place = Place<Result>()
        if let thread = try? Thread.spawn("configuration", { place.put(work()) }) {
            thread.join()
        }
        return place.take() ?? work()
    }

    private final class Place<Content: Sendable>: Sendable {
        private let content = Mutex<Content?>(nil)

        func put(_ new: Content) {
            content.withLock { $0 = new }
        }

        func take() -> Content? {
            content.withLock { $0.take() }
        }
    }
}
