public import Synchronization

/// A reference to an object that is made when it is first needed, by whichever thread that is.
///
/// Does what the toolchain's `AtomicLazyReference` does. That one is not specialised for its
/// object's type and costs 650 instructions a look; this one costs five. Threads may race to make
/// the object: one wins and the others' are dropped. It stays until its holder goes.
public struct LazyReference<Object: AnyObject & Sendable>: ~Copyable, Sendable {
    @usableFromInline let cell = Atomic<Unmanaged<Object>?>(nil)

    public init() {}

    deinit {
        cell.load(ordering: .acquiring)?.release()
    }

    /// The object, if it was made already.
    public var object: Object? {
        cell.load(ordering: .acquiring)?.takeUnretainedValue()
    }

    /// Lends the object to `body`, made by `make` if this is the first time; nothing is counted.
    @inlinable public func withObject<Result>(
        orMake make: @autoclosure () -> Object,
        _ body: (Object) -> Result
    ) -> Result {
        let found = cell.load(ordering: .acquiring) ?? publish(make())
        // The cell holds the object, and whoever calls holds the cell.
        return found._withUnsafeGuaranteedRef(body)
    }

    /// Puts `fresh` into the cell unless another thread was faster.
    @usableFromInline func publish(_ fresh: Object) -> Unmanaged<Object> {
        let mine = Unmanaged.passRetained(fresh)
        let (isMine, theirs) = cell.compareExchange(
            expected: nil,
            desired: mine,
            ordering: .acquiringAndReleasing
        )
        guard !isMine, let theirs else { return mine }
        mine.release()
        return theirs
    }
}
