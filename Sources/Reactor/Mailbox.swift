private import CLinux
private import Glibc
import Synchronization

/// The way into a worker from other threads: messages wait here and a descriptor tells of them.
///
/// Any thread posts; only the owner drains. The lock guards the list alone and is never held over
/// a system call. The bell is rung only by the post that finds the list empty: the owner takes
/// everything at once, so one ring is enough. What is posted is bounded by who posts: grants by
/// exchanges, results by the questions asked.
package final class Mailbox<Message: Sendable>: Sendable {
    private let messages = Mutex<[Message]>([])

    /// Readable while messages wait; for `Poller.addLevel` or `Poller.add`.
    package let descriptor: Int32

    package init() throws(SystemError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError.last }
    }

    deinit {
        close(descriptor)
    }

    /// Leaves `message` for the owner and wakes it.
    package func post(_ message: Message) {
        let wasEmpty = messages.withLock { waiting in
            waiting.append(message)
            return waiting.count == 1
        }
        // The counter cannot overflow: it is reset before the list is emptied.
        if wasEmpty { eventfd_write(descriptor, 1) }
    }

    /// Blocks the calling thread until something waits; for owners without a poller.
    package func wait() {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&request, 1, -1) < 0, errno == EINTR {}
    }

    /// Blocks until something waits, but for `milliseconds` at most; says whether something does.
    package func wait(milliseconds: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) > 0
    }

    /// Moves all that waits to the end of `taken`, in the order of posting.
    ///
    /// Storage is swapped when `taken` is empty, so that a steady exchange allocates nothing.
    package func drain(into taken: inout [Message]) {
        // Silence the bell first: a post after this line rings again.
        var rings: eventfd_t = 0
        eventfd_read(descriptor, &rings)
        messages.withLock { waiting in
            if taken.isEmpty {
                swap(&taken, &waiting)
            } else {
                taken.append(contentsOf: waiting)
                waiting.removeAll(keepingCapacity: true)
            }
        }
    }
}
