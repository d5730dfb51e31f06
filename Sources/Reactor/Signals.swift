private import CLinux
private import Glibc

/// Signals as something to read, not as interruptions.
///
/// Made in the first thread before any other is started: the mask it sets is inherited, and a
/// thread without it would be killed instead. The signals stay blocked when this is dropped.
package struct Signals: ~Copyable {
    /// What a signal asks for.
    package enum Signal: Hashable, Sendable {
        /// SIGTERM or SIGINT: drain, then exit; a second one exits at once.
        case stop
        /// SIGHUP: read the configuration again.
        case reload
        /// SIGUSR1: write the flight recorder out.
        case dump
    }

    /// Readable while signals wait; for `Poller.addLevel`.
    package let descriptor: Int32

    package init() throws(SystemError) {
        // Sends say so themselves (MSG_NOSIGNAL); splice cannot, nor can a log that is a closed pipe.
        signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] { sigaddset(&set, number) }
        let code = pthread_sigmask(SIG_BLOCK, &set, nil)
        guard code == 0 else { throw SystemError(code: code) }
        let descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError.last }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// The next signal that waits, or `nil`.
    package func next() -> Signal? {
        var record = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard read(descriptor, &record, size) == size else { return nil }
        return switch Int32(record.ssi_signo) {
        case SIGHUP: .reload
        case SIGUSR1: .dump
        default: .stop
        }
    }
}
