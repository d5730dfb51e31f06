package import Base
private import CLinux
private import Glibc

/// Turns names into addresses on a thread of its own, since `getaddrinfo` waits for the network.
///
/// Questions are answered one after the other, in the order in which they were asked. Dropping
/// the resolver lets the thread finish its question and end; what was not asked yet is not
/// answered.
package final class Resolver: Sendable {
    /// Why a name has no address.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The C library's number (EAI_…).
        package let code: Int32

        /// Nobody can be asked.
        package static let unavailable = Failure(code: EAI_AGAIN)

        package var description: String {
            gai_strerror(code).map { String(cString: $0) } ?? "name error \(code)"
        }
    }

    /// What a name stands for.
    package struct Found: Hashable, Sendable {
        /// Each once, in the order of RFC 6724.
        package let addresses: [SocketAddress]
        /// How long that is true; `nil` where nobody was asked for it or could tell.
        package let lifetime: Nanoseconds?

        package init(addresses: [SocketAddress], lifetime: Nanoseconds?) {
            self.addresses = addresses
            self.lifetime = lifetime
        }
    }

    /// Receives an answer on the resolver's thread; it should only post to a `Mailbox`.
    package typealias Receiver = @Sendable (Result<Found, Failure>) -> Void

    private struct Question: Sendable {
        let host: String
        let port: UInt16
        let asksLifetime: Bool
        let receiver: Receiver
    }

    private enum Message: Sendable {
        case question(Question)
        case stop
    }

    private let questions: Mailbox<Message>

    package init() throws(SystemError) {
        let questions = try Mailbox<Message>()
        self.questions = questions
        // Dropped at once, so it runs on alone; it ends by the message of `deinit`.
        _ = try Thread.spawn("resolver") { Self.answer(questions) }
    }

    deinit {
        questions.post(.stop)
    }

    /// Asks for the stream addresses of `host`, each with `port`.
    ///
    /// `asksLifetime` asks DNS once more, for how long it vouches for them.
    package func resolve(
        host: String,
        port: UInt16,
        asksLifetime: Bool = false,
        _ receiver: @escaping Receiver
    ) {
        questions.post(
            .question(
                Question(
                    host: host,
                    port: port,
                    asksLifetime: asksLifetime,
                    receiver: receiver
                )
            )
        )
    }

    private static func answer(_ questions: Mailbox<Message>) {
        var waiting: [Message] = []
        var lifetimes = RecordLifetimes()
        while true {
            // Alone on this thread, one descriptor: no poller is needed to wait for it.
            var interest = pollfd(fd: questions.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&interest, 1, -1)
            questions.drain(into: &waiting)
            // Looked for first: whoever dropped us waits for none of these.
            if waiting.contains(where: { if case .stop = $0 { true } else { false } }) { return }
            for case .question(let question) in waiting {
                question.receiver(
                    lookUp(question.host, question.port).map { addresses in
                        let lifetime =
                            question.asksLifetime
                            ? lifetimes.ask(question.host, of: addresses) : nil
                        return Found(addresses: addresses, lifetime: lifetime)
                    }
                )
            }
            waiting.removeAll(keepingCapacity: true)
        }
    }

    private static func lookUp(
        _ host: String,
        _ port: UInt16
    ) -> Result<[SocketAddress], Failure> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &first)
        guard code == 0 else { return .failure(Failure(code: code)) }
        defer { freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var next = first
        while let entry = next?.pointee {
            let memory = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
            // The same address may stand there twice, for instance in /etc/hosts.
            if let address = SocketAddress(native: memory), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.ai_next
        }
        return addresses.isEmpty ? .failure(Failure(code: EAI_NONAME)) : .success(addresses)
    }
}
