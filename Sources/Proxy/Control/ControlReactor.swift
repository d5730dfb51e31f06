import Base
import Reactor

/// The control loop's poller, timers and time, lent to its parts while they handle an event.
struct ControlReactor: ~Copyable {
    /// Whom an event or a timer belongs to; stands in bits 24 to 31 of the data word.
    enum Kind {
        static let signals: UInt8 = 1
        static let watch: UInt8 = 2
        static let resolutions: UInt8 = 3
        static let beat: UInt8 = 4
        static let drain: UInt8 = 5
        static let probe: UInt8 = 6
        static let adminListener: UInt8 = 7
        static let adminConnection: UInt8 = 8
        static let lookUps: UInt8 = 9
        static let fetch: UInt8 = 10
        static let nameWatch: UInt8 = 11
    }

    var poller: Poller
    var timers: TimerWheel
    var names: NameDesk
    private(set) var now: Instant

    init() throws(SystemError) {
        // Whole before it is stored: what is not copyable cannot be stored by half.
        let poller = try Poller()
        let names = try NameDesk()
        try poller.addLevel(names.descriptor, data: Self.word(Kind.resolutions))
        let now = Clock.now()
        self.now = now
        self.poller = poller
        self.names = names
        timers = TimerWheel(now: now)
    }

    /// The data word of a part that exists once.
    static func word(_ kind: UInt8) -> UInt64 { UInt64(kind) << 24 }

    /// The kind in a data word.
    static func kind(_ word: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> 24) }

    /// Waits for the next event or timer; says how many events came.
    mutating func wait() -> Int {
        let count = poller.wait(timeout: timers.nextDeadline.map { $0.since(now) })
        now = Clock.now()
        return count
    }

    /// Appends the words of the timers that are due.
    mutating func takeDue(into due: inout [UInt64]) {
        timers.advance(to: now, due: &due)
    }
}
