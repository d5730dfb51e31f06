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
        let (answer, isSilent) = Self.question(host, isIPv6)
        if isSilent { asksAgain = Clock.now().advanced(by: Self.pause) }
        return Self.shortest(answer.span).map { .seconds(UInt64($0)) }
    }

    /// DNS's answer, empty where there is none; and whether nobody answered.
    private static func question(
        _ host: String,
        _ isIPv6: Bool
    ) -> (answer: [UInt8], isSilent: Bool) {
        var count: Int32 = 0
        let answer = [UInt8](unsafeUninitializedCapacity: 4_096) { memory, used in
            memory.initialize(repeating: 0)
            count = outrider_ask_dns(
                host,
                isIPv6 ? 1 : 0,
                memory.baseAddress,
                Int32(memory.count)
            )
            used = max(0, Int(count))
        }
        return (answer, count == -2)
    }

    /// The shortest lifetime in seconds of the records that answer (RFC 1035 §4.1).
    ///
    /// `nil` when there is none, or when the message breaks off before the last one ends.
    static func shortest(_ message: Span<UInt8>) -> UInt32? {
        guard message.count >= 12 else { return nil }
        let questions = number(message, at: 4, bytes: 2)
        let records = number(message, at: 6, bytes: 2)
        var index = 12
        for _ in 0..<questions {
            guard let end = endOfName(message, from: index) else { return nil }
            index = end + 4
        }
        var shortest: UInt32?
        for _ in 0..<records {
            // Type and class, the lifetime, the length of what follows.
            guard let end = endOfName(message, from: index), end + 10 <= message.count else {
                return nil
            }
            let lifetime = number(message, at: end + 4, bytes: 4)
            // With its highest bit it means zero (RFC 2181 §8).
            let seconds = lifetime >> 31 == 0 ? lifetime : 0
            shortest = min(shortest ?? seconds, seconds)
            index = end + 10 + Int(number(message, at: end + 8, bytes: 2))
        }
        return index <= message.count ? shortest : nil
    }

    /// Names are labels, each with its length before it, up to an empty one or a pointer.
    private static func endOfName(_ message: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < message.count {
            switch message[index] {
            case 0: return index + 1
            case 0xc0...: return index + 2
            case 64...: return nil
            case let length: index += 1 + Int(length)
            }
        }
        return nil
    }

    /// The number at `index`, its highest byte first; what is not there counts as zero.
    private static func number(_ message: Span<UInt8>, at index: Int, bytes: Int) -> UInt32 {
        var number: UInt32 = 0
        for place in index..<(index + bytes) {
            number = number << 8 | (place < message.count ? UInt32(message[place]) : 0)
        }
        return number
    }
}
