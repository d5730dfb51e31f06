package import Base
import Crypto
import Policy
import Synchronization
package import Telemetry

/// What all threads of the process share: how far it is in its life, and what it counts.
///
/// Touched by every worker (relaxed counters) and by the control loop, which alone moves it.
package final class Lifecycle: Sendable {
    package let metrics: ProcessMetrics
    package let recorder: FlightRecorder
    /// Made with the first connection over TLS, for without one nothing of it is needed.
    private let tickets = LazyReference<TicketKeys>()
    private let connections = Atomic<Int>(0)
    private let requests = Atomic<Int>(0)
    private let buffered = Atomic<Int>(0)
    private let connectionLimit: Int
    private let bufferLimit = Atomic<Int>(0)

    package init(
        metrics: ProcessMetrics,
        recorder: FlightRecorder,
        connectionLimit: Int,
        bufferLimit: ByteCount
    ) {
        self.metrics = metrics
        self.recorder = recorder
        self.connectionLimit = connectionLimit
        self.bufferLimit.store(bufferLimit.bytes, ordering: .relaxed)
    }

    /// Lends the keys of session tickets, which all workers share.
    func withTickets<Result>(now: Instant, _ body: (TicketKeys) -> Result) -> Result {
        tickets.withObject(orMake: TicketKeys(now: now), body)
    }

    /// Has the keys of session tickets changed when it is time.
    package func rotateTickets(now: Instant) {
        tickets.object?.rotate(now: now)
    }

    /// Takes a place for one more client connection; `false` when there is none.
    package func openConnection() -> Bool {
        let count = connections.add(1, ordering: .relaxed).newValue
        if count <= connectionLimit {
            metrics.connectionOpened(.downstream)
            return true
        }
        connections.subtract(1, ordering: .relaxed)
        return false
    }

    /// Gives the place back.
    package func closeConnection() {
        metrics.connectionClosed(.downstream)
        connections.subtract(1, ordering: .relaxed)
    }

    /// Client connections open now.
    package var connectionCount: Int { connections.load(ordering: .relaxed) }

    /// A request has begun.
    package func beginRequest() {
        requests.add(1, ordering: .relaxed)
    }

    /// Keeps what is known of a request that has ended.
    ///
    /// Never inlined: whoever reaches the recorder from outside has it counted first.
    @inline(never)
    package func keep(_ record: inout RequestRecord) {
        recorder.append(&record)
    }

    /// A request has ended.
    package func endRequest() {
        requests.subtract(1, ordering: .relaxed)
    }

    /// Requests between head and last byte now.
    package var requestCount: Int { requests.load(ordering: .relaxed) }

    /// Counts memory that waits in buffers; negative when it is given back.
    package func account(_ bytes: Int) {
        buffered.add(bytes, ordering: .relaxed)
    }

    /// Whether buffers hold all the memory they may.
    package var isOverCapacity: Bool {
        buffered.load(ordering: .relaxed) > bufferLimit.load(ordering: .relaxed)
    }

    /// Memory waiting in buffers now.
    package var bufferedBytes: Int { buffered.load(ordering: .relaxed) }
}
