package import Base
private import CLinux
private import Glibc

/// Waits for many descriptors at once (epoll), and is told about each of them only once.
///
/// Connections are added edge-triggered for everything they will ever want, so that hardly ever a
/// system call follows when interest changes. The price: an edge is not told twice, so whoever gets one
/// reads or writes until the kernel has no more, or remembers that it stopped early.
package struct Poller: ~Copyable {
    /// One descriptor's news.
    package struct Event: Sendable {
        /// The word that was given when the descriptor was added.
        package let data: UInt64
        private let flags: UInt32

        fileprivate init(data: UInt64, flags: UInt32) {
            self.data = data
            self.flags = flags
        }

        /// The connection was reset, or could not be made.
        package var isBroken: Bool { flags & EPOLLERR.rawValue != 0 }

        /// Bytes, a connection to accept, or an end wait to be read.
        package var isReadable: Bool { flags & EPOLLIN.rawValue != 0 }
        /// The kernel takes bytes again, or a connection attempt has ended.
        package var isWritable: Bool { flags & EPOLLOUT.rawValue != 0 }
        /// The peer will send no more; what it sent before may still wait to be read.
        package var isEnded: Bool { flags & EPOLLRDHUP.rawValue != 0 }
        /// The connection is broken, or both directions have ended.
        package var isFailed: Bool { flags & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 }
    }

    /// The most events one `wait` brings; the rest come with the next.
    package static let capacity = 256

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private var count = 0

    package init() throws(SystemError) {
        let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError.last }
        self.descriptor = descriptor
        events = .allocate(capacity: Self.capacity)
        events.initialize(repeating: epoll_event(), count: Self.capacity)
    }

    deinit {
        events.deallocate()
        close(descriptor)
    }

    /// Adds a connection: edge-triggered, for bytes, room and the peer's end together.
    ///
    /// Not for room where `hearsOfRoom` is false. TCP tells of it only after it has been full; a
    /// unix socket tells with every read of its peer, which wakes both sides for nothing.
    package func add(
        _ fd: Int32,
        data: UInt64,
        hearsOfRoom: Bool = true
    ) throws(SystemError) {
        try control(EPOLL_CTL_ADD, fd, flags: Self.flags(hearsOfRoom), data: data)
    }

    /// Tells of room from now on, too, and at once if there is some.
    package func hearOfRoom(_ fd: Int32, data: UInt64) {
        let isHeard: Void? = try? control(EPOLL_CTL_MOD, fd, flags: Self.flags(true), data: data)
        precondition(isHeard != nil, "epoll_ctl failed on our own arguments")
    }

    private static func flags(_ hearsOfRoom: Bool) -> UInt32 {
        let room = hearsOfRoom ? EPOLLOUT.rawValue : 0
        return EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue | room
    }

    /// Adds a listener, mailbox or watch: told again and again while it has something to read.
    ///
    /// With `isExclusive`, of several pollers that share one descriptor only some are woken.
    package func addLevel(
        _ fd: Int32,
        data: UInt64,
        isExclusive: Bool = false
    ) throws(SystemError) {
        let exclusive = isExclusive ? EPOLLEXCLUSIVE.rawValue : 0
        try control(EPOLL_CTL_ADD, fd, flags: EPOLLIN.rawValue | exclusive, data: data)
    }

    /// Forgets a descriptor; closing its last duplicate does the same.
    package func remove(_ fd: Int32) throws(SystemError) {
        try control(EPOLL_CTL_DEL, fd, flags: 0, data: 0)
    }

    /// Waits until something happens, `timeout` has passed or a signal came; says how many events.
    ///
    /// A timeout is rounded up to whole milliseconds, so that a timer due then is due on return;
    /// `nil` waits for ever.
    package mutating func wait(timeout: Nanoseconds?) -> Int {
        let milliseconds = timeout.map { span in
            Int32(clamping: span.millisecondsRoundedUp)
        }
        let most = Int32(Self.capacity)
        let result = outrider_epoll_wait(descriptor, events, most, milliseconds ?? -1)
        precondition(result >= 0 || errno == EINTR, "epoll_wait failed on our own arguments")
        count = max(0, Int(result))
        return count
    }

    /// The event at `index` of the last `wait`.
    package func event(_ index: Int) -> Event {
        precondition(index >= 0 && index < count, "no such event")
        let event = events[index]
        return Event(data: event.data.u64, flags: event.events)
    }

    private func control(
        _ operation: Int32,
        _ fd: Int32,
        flags: UInt32,
        data: UInt64
    ) throws(SystemError) {
        var event = epoll_event()
        event.events = flags
        event.data.u64 = data
        guard epoll_ctl(descriptor, operation, fd, &event) == 0 else { throw SystemError.last }
    }
}
