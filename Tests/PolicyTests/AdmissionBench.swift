import Base
import Policy

/// An admission queue and its clock; a class, so that its calls can stand inside `#expect`.
final class AdmissionBench {
    private(set) var queue: AdmissionQueue

    init(_ change: (inout AdmissionQueue.Settings) -> Void = { _ in }) {
        var settings = AdmissionQueue.Settings()
        settings.concurrency = 1
        settings.queue = 3
        change(&settings)
        queue = AdmissionQueue(settings)
    }

    func request(
        _ number: UInt64,
        priority: UInt8 = 3,
        deadline: Double? = nil,
        at seconds: Double = 0
    ) -> AdmissionQueue.Decision {
        queue.request(
            Self.ticket(number),
            priority: priority,
            deadline: deadline.map { .second($0) },
            now: .second(seconds)
        )
    }

    /// The number of the ticket that holds the slot now.
    func release(after service: Double? = nil, at seconds: Double = 0) -> UInt64? {
        queue.release(serviceTime: service.map { .span($0) }, now: .second(seconds))?.exchange
    }

    func grantNext(at seconds: Double = 0) -> UInt64? {
        queue.grantNext(now: .second(seconds))?.exchange
    }

    func cancel(_ number: UInt64) -> Bool {
        queue.cancel(Self.ticket(number))
    }

    func drainAll() -> [UInt64] {
        var refused: [AdmissionQueue.Ticket] = []
        queue.drainAll(into: &refused)
        return refused.map(\.exchange)
    }

    func update(_ change: (inout AdmissionQueue.Settings) -> Void) {
        var settings = queue.settings
        change(&settings)
        queue.update(settings)
    }

    private static func ticket(_ number: UInt64) -> AdmissionQueue.Ticket {
        .init(worker: UInt16(number % 3), exchange: number)
    }
}
