import Base

/// Counts the outcomes of the last while, in slices of a thirtieth of it.
///
/// Sums are kept as slices come and go, so adding and reading cost the same however long the
/// window is. An outcome is forgotten between 29/30 and the whole of the window after it came.
struct OutcomeWindow: Sendable {
    /// What one outcome was.
    enum Kind: Sendable {
        case success
        case failure
        /// A plain 500 and, where known, who asked for it.
        case serverError(caller: UInt64?)
    }

    struct Slice: Sendable {
        var total: UInt32 = 0
        var failures: UInt32 = 0
        var serverErrors: UInt32 = 0
        var slow: UInt32 = 0
        /// The first known caller that met a 500 in this slice.
        var caller: UInt64?
        /// Whether the 500s of this slice have more than one source, or one that nobody knows.
        var isWidespread = false
    }

    static let sliceCount = 30

    private(set) var total = 0
    private(set) var failures = 0
    private(set) var serverErrors = 0
    private(set) var slow = 0

    /// The slice that counts now; beside the others, so that adding touches no array.
    private var newest = Slice()
    private var newestEnd = Instant(nanoseconds: 0)
    private var older = [Slice](repeating: Slice(), count: sliceCount - 1)
    private var oldest = 0
    private let sliceWidth: Nanoseconds

    init(span: Nanoseconds) {
        sliceWidth = Nanoseconds(max(1, span.count / UInt64(Self.sliceCount)))
    }

    /// Whether nothing but quick successes is remembered.
    var isClean: Bool { failures | serverErrors | slow == 0 }

    /// Counts one outcome of which nothing else is to be said: a quick success.
    mutating func addOne(now: Instant) {
        if now >= newestEnd { advance(to: now) }
        newest.total &+= 1
        total &+= 1
    }

    /// Counts one outcome; a clock that stood still or went back counts into the newest slice.
    mutating func add(_ kind: Kind, isSlow: Bool, now: Instant) {
        addOne(now: now)
        if isSlow {
            newest.slow &+= 1
            slow &+= 1
        }
        switch kind {
        case .success:
            break
        case .failure:
            newest.failures &+= 1
            failures &+= 1
        case .serverError(let caller):
            newest.serverErrors &+= 1
            serverErrors &+= 1
            newest.note(caller)
        }
    }

    /// Failures that may speak against the endpoint.
    ///
    /// 500s all met by one known caller do not: its request may be the poison.
    func failuresThatCount() -> Int {
        areServerErrorsWidespread() ? failures + serverErrors : failures
    }

    /// Forgets everything.
    mutating func clear() {
        newest = Slice()
        for index in older.indices { older[index] = Slice() }
        (total, failures, serverErrors, slow) = (0, 0, 0, 0)
    }

    private func areServerErrorsWidespread() -> Bool {
        if newest.isWidespread { return true }
        var only = newest.caller
        for slice in older where slice.serverErrors > 0 {
            if slice.isWidespread { return true }
            if let only, only != slice.caller { return true }
            only = slice.caller
        }
        return false
    }

    private mutating func advance(to now: Instant) {
        let late = now.since(newestEnd).count
        for _ in 0...min(late / sliceWidth.count, UInt64(Self.sliceCount - 1)) {
            forget(older[oldest])
            older[oldest] = newest
            oldest = oldest + 1 == older.count ? 0 : oldest + 1
            newest = Slice()
        }
        newestEnd = now.advanced(by: Nanoseconds(sliceWidth.count - late % sliceWidth.count))
    }

    private mutating func forget(_ slice: Slice) {
        total -= Int(slice.total)
        failures -= Int(slice.failures)
        serverErrors -= Int(slice.serverErrors)
        slow -= Int(slice.slow)
    }
}

extension OutcomeWindow.Slice {
    fileprivate mutating func note(_ newCaller: UInt64?) {
        guard let newCaller else {
            isWidespread = true
            return
        }
        if let caller, caller != newCaller { isWidespread = true }
        caller = newCaller
    }
}
