private import CLinux
private import Glibc

/// A thread of the operating system; it must be joined, or dropped to run on alone.
package struct Thread: ~Copyable {
    private let thread: pthread_t

    /// Starts `body` on a new thread, whose name, cut to 15 bytes, `top` and debuggers show.
    ///
    /// The thread inherits the caller's signal mask.
    package static func spawn(
        _ name: String,
        _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> Thread {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                // Only shown to people: a name that is refused is no reason to stop.
                pthread_setname_np(pthread_self(), work.name)
                work.body()
                return nil
            },
            work.toOpaque()
        )
        guard code == 0 else {
            work.release()
            throw SystemError(code: code)
        }
        return Thread(thread: thread)
    }

    deinit {
        pthread_detach(thread)
    }

    /// Waits until the thread has ended.
    package consuming func join() {
        pthread_join(thread, nil)
        discard self
    }

    /// What a new thread is given: a C function can carry one pointer and nothing else.
    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
            self.body = body
        }
    }
}
