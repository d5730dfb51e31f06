import Base
import Crypto
import Reactor

/// Asks servers for what the control loop needs of them, each question on a connection of its own.
///
/// Bounded in every direction: questions under way and waiting, bytes of an answer, and time,
/// which runs from the moment of asking. Who asked takes the endings after each call.
struct Fetcher: ~Copyable {
    /// What is asked of whom.
    struct Request: Sendable {
        var url: FetchURL
        /// The value of `Authorization`.
        var authorization: [UInt8]?
        /// Sent by POST; without one it is a GET.
        var form: [UInt8]?
        /// Bytes of the answer's body at most; a larger one is a failure.
        var limit: Int
    }

    enum Outcome: Sendable, Hashable {
        case answered(status: Int, body: [UInt8])
        /// Why not, for an operator.
        case failed(String)
    }

    struct Ending: Sendable, Hashable {
        let tag: UInt64
        let outcome: Outcome
    }

    /// One that has not ended yet.
    struct Waiting: Sendable {
        let request: Request
        let tag: UInt64
        let deadline: Instant
    }

    /// One under way.
    ///
    /// Not private: Swift 6.3.1 makes invalid code of a non-copyable private type in a table when
    /// the owner of the table stands in another file.
    struct Fetch: ~Copyable {
        let waiting: Waiting
        var timer: TimerID?
        var connection: QuestionConnection?
        /// Still to be tried, the next one last.
        var addresses: [SocketAddress] = []
    }

    static let connectTimeout = Nanoseconds.seconds(2)
    static let timeout = Nanoseconds.seconds(4)
    static let underWayMax = 64
    static let waitingMax = 1_024
    static let reservedMax = 64

    /// Whom to believe where `https:` is fetched.
    var client: TLSClient?
    private var fetches = Slots<Fetch>(
        kind: ControlReactor.Kind.fetch,
        capacity: underWayMax + reservedMax
    )
    private var waiting = Ring<Waiting>(capacity: waitingMax)
    private var endings: [Ending] = []

    /// Asks `request`, now or when there is room; the ending bears `tag`, and comes in any case.
    ///
    /// One that `isReserved` has places of its own: key sets serve everybody.
    mutating func fetch(
        _ request: Request,
        tag: UInt64,
        isReserved: Bool = false,
        _ reactor: inout ControlReactor
    ) {
        let deadline = reactor.now.advanced(by: Self.timeout)
        let asked = Waiting(request: request, tag: tag, deadline: deadline)
        if isReserved || fetches.count < Self.underWayMax {
            begin(asked, &reactor)
        } else if !waiting.push(asked) {
            end(asked, .failed("too much is being fetched"))
        }
    }

    /// Takes what has ended since the last call.
    mutating func takeEndings() -> [Ending] {
        var taken: [Ending] = []
        swap(&taken, &endings)
        return taken
    }

    /// Something happened on a connection.
    mutating func ready(_ event: Poller.Event, _ reactor: inout ControlReactor) {
        let handle = Handle<Fetch>(bits: event.data)
        guard fetches.contains(handle) else { return }
        go(handle, isWritable: event.isWritable || event.isFailed, &reactor)
        beginWaiting(&reactor)
    }

    /// A connection cannot be made in time, or the time for all of it is up.
    mutating func timer(_ word: UInt64, _ reactor: inout ControlReactor) {
        let handle = Handle<Fetch>(bits: word)
        guard fetches.contains(handle) else { return }
        if fetches[handle].waiting.deadline <= reactor.now {
            finish(handle, .failed("no answer in time"), &reactor)
        } else if fetches[handle].connection?.isConnected == false {
            connect(handle, otherwise: "no connection in time", &reactor)
        }
        beginWaiting(&reactor)
    }

    /// A host has been looked up.
    mutating func resolved(_ answer: NameDesk.Answer, _ reactor: inout ControlReactor) {
        let handle = Handle<Fetch>(bits: answer.asker)
        guard fetches.contains(handle) else { return }
        switch answer.result {
        case .success(let found):
            fetches[handle].addresses = found.addresses.reversed()
            connect(handle, otherwise: "no address", &reactor)
        case .failure(let failure):
            finish(handle, .failed("\(failure)"), &reactor)
        }
        beginWaiting(&reactor)
    }

    private mutating func beginWaiting(_ reactor: inout ControlReactor) {
        while fetches.count < Self.underWayMax, let next = waiting.pop() {
            if next.deadline <= reactor.now {
                end(next, .failed("no answer in time"))
            } else {
                begin(next, &reactor)
            }
        }
    }

    private mutating func begin(_ asked: Waiting, _ reactor: inout ControlReactor) {
        guard case .inserted(let handle) = fetches.insert(Fetch(waiting: asked)) else {
            return end(asked, .failed("too much is being fetched"))
        }
        let timer = reactor.timers.makeTimer(data: handle.bits)
        reactor.timers.schedule(timer, at: asked.deadline)
        fetches[handle].timer = timer
        let url = asked.request.url
        if let address = url.address {
            fetches[handle].addresses = [address]
            connect(handle, otherwise: "no address", &reactor)
        } else {
            reactor.names.ask(url.host, port: url.port, asker: handle.bits)
        }
    }

    /// Tries the next address; without one the fetch has failed for the reason that is given.
    private mutating func connect(
        _ handle: Handle<Fetch>,
        otherwise reason: String,
        _ reactor: inout ControlReactor
    ) {
        fetches[handle].connection = nil
        var reason = reason
        while let address = fetches[handle].addresses.popLast() {
            do throws(SystemError) {
                let request = fetches[handle].waiting.request
                var session: TLSSession?
                if request.url.isSecure {
                    guard let client else {
                        return finish(handle, .failed("nobody to believe in"), &reactor)
                    }
                    session = TLSSession(
                        client: client,
                        name: request.url.host,
                        cache: nil,
                        protocols: [.http1]
                    )
                }
                let connection = QuestionConnection(
                    try Socket.connect(to: address),
                    .question(request.question),
                    session
                )
                try reactor.poller.add(connection.descriptor, data: handle.bits)
                // The first edge, which comes in any case, lets it begin.
                fetches[handle].connection = consume connection
                let patience = reactor.now.advanced(by: Self.connectTimeout)
                return schedule(handle, at: patience, &reactor)
            } catch {
                reason = "\(error)"
            }
        }
        finish(handle, .failed(reason), &reactor)
    }

    private mutating func go(
        _ handle: Handle<Fetch>,
        isWritable: Bool,
        _ reactor: inout ControlReactor
    ) {
        let wasConnected = fetches[handle].connection?.isConnected ?? false
        let progress =
            fetches[handle].connection?.advance(isWritable: isWritable, now: reactor.now)
            ?? .pending
        switch progress {
        case .pending, .connected:
            guard !wasConnected, fetches[handle].connection?.isConnected == true else { return }
            schedule(handle, at: .distantFuture, &reactor)
        case .refused:
            connect(handle, otherwise: "connection refused", &reactor)
        case .failed(let evidence), .unsecured(let evidence):
            let isConnected = fetches[handle].connection?.isConnected ?? false
            if isConnected { return finish(handle, .failed(evidence), &reactor) }
            connect(handle, otherwise: evidence, &reactor)
        case .greeted:
            finish(handle, .failed("it speaks HTTP/2 alone"), &reactor)
        case .answered(let status):
            guard fetches[handle].connection?.isWhole == true else {
                return finish(handle, .failed("the answer is cut short or too large"), &reactor)
            }
            let body = fetches[handle].connection?.body ?? []
            finish(handle, .answered(status: status, body: body), &reactor)
        }
    }

    /// Looks again at `moment`, and when all of the time is up.
    private mutating func schedule(
        _ handle: Handle<Fetch>,
        at moment: Instant,
        _ reactor: inout ControlReactor
    ) {
        guard let timer = fetches[handle].timer else { return }
        reactor.timers.schedule(timer, at: min(moment, fetches[handle].waiting.deadline))
    }

    private mutating func finish(
        _ handle: Handle<Fetch>,
        _ outcome: Outcome,
        _ reactor: inout ControlReactor
    ) {
        if let timer = fetches[handle].timer { reactor.timers.free(timer) }
        let asked = fetches[handle].waiting
        _ = fetches.remove(handle)
        end(asked, outcome)
    }

    private mutating func end(_ asked: Waiting, _ outcome: Outcome) {
        endings.append(Ending(tag: asked.tag, outcome: outcome))
    }
}

extension Fetcher.Request {
    /// What is sent.
    fileprivate var question: Question {
        var question = Question(form == nil ? .get : .post, url.target, host: url.authority)
        if let authorization {
            question.fields = Array("authorization: ".utf8) + authorization + [13, 10]
        }
        question.form = form
        question.bodyBytes = limit
        return question
    }
}
