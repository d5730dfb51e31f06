import Glibc
import Reactor
import Synchronization
import Testing

@Suite struct SignalsTests {
    @Test func `signals are read in place of interrupting`() throws {
        let answers = try Mailbox<[Signals.Signal?]>()
        // On a thread of its own, so that the mask is nobody else's.
        let thread = try Thread.spawn("signals") {
            answers.post(Self.sendAndRead())
        }
        thread.join()
        var told: [[Signals.Signal?]] = []
        answers.drain(into: &told)

        #expect(told == [[nil, .reload, .stop, .stop, .dump, nil]])
    }

    private static func sendAndRead() -> [Signals.Signal?] {
        // Nothing to report without the descriptor: the expectation sees an empty list.
        guard let signals = try? Signals() else { return [] }
        var told = [signals.next()]
        for number in [SIGHUP, SIGTERM, SIGINT, SIGUSR1] {
            pthread_kill(pthread_self(), number)
            told.append(signals.next())
        }
        told.append(signals.next())
        return told
    }
}
