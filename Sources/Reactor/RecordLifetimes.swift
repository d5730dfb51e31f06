import Base
private import CLinux

/// Asks DNS for how long it vouches for a name, which `getaddrinfo` does not tell.
///
/// Names need not come from DNS, and DNS need not be there: where it stays silent it is left
/// alone for a while, since every question costs the thread a second.
struct RecordLifetimes {
    /// How long a DNS that was silent is not asked.
    static let pause = Nanoseconds.seconds(60)

    private var asksAgain: Instant?

    /// The shortest lifetime of the records of `host`; `nil` where nobody can tell.
    mutating func ask(_ host: String, of addresses: [SocketAddress]) -> Nanoseconds? {
        if let asksAgain, Clock.now() < asksAgain { return nil }
        asksAgain = nil
        let isIPv6 = addresses.allSatisfy { if case .ipv6 = $0 { true } else { false } }
        let seconds = outrider_record_lifetime(host, isIPv6 ? 1 : 0)
        if seconds == -2 { asksAgain = Clock.now().advanced(by: Self.pause) }
        return UInt64(exactly: seconds).map { .seconds($0) }
    }
}
