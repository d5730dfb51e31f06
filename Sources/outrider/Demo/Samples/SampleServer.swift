import Base
import Config
import Reactor
import Synchronization
import Wire

/// A small model service inside this process: one thread accepts, one thread serves each client.
///
/// Shared by those threads and the tour; what changes is atomic, and no order matters between
/// the values. It lives as long as the process.
final class SampleServer: Sendable {
    /// Clients served at the same time; one more is turned away.
    static let connectionLimit = 64
    /// The longest body that is read.
    static let bodyLimit = 1_048_576
    /// The longest failure that can be asked for.
    static let failureLimit = Nanoseconds.seconds(600)

    let model: SampleModel
    let port: UInt16
    private let listener: LoopbackPort
    private let connections = Atomic<Int>(0)
    private let questions = Atomic<Int>(0)
    /// On the monotonic clock, in nanoseconds.
    private let failsUntil = Atomic<UInt64>(0)

    init(_ model: SampleModel, on listener: consuming LoopbackPort) {
        self.model = model
        port = listener.number
        self.listener = listener
    }

    /// Begins to serve.
    func start() throws(SystemError) {
        _ = try Thread.spawn("sample") { [self] in
            while true { accept() }
        }
    }

    /// How often the model itself was asked, whatever it answered.
    var questionCount: Int { questions.load(ordering: .relaxed) }

    /// Whether it was told to fail now.
    var isFailing: Bool { failureLeft > .zero }

    private var failureLeft: Nanoseconds {
        Instant(nanoseconds: failsUntil.load(ordering: .relaxed)).since(Clock.now())
    }

    private func accept() {
        guard let socket = listener.accept() else { return }
        let count = connections.add(1, ordering: .relaxed).newValue
        guard count <= SampleServer.connectionLimit, serve(socket) else {
            // Too many clients or threads: dropping the socket turns this one away.
            connections.subtract(1, ordering: .relaxed)
            return
        }
    }

    /// `false` when there is no thread for it.
    private func serve(_ socket: SampleSocket) -> Bool {
        do throws(SystemError) {
            _ = try Thread.spawn("sample-client") { [self] in
                SampleConnection.serve(socket, by: self)
                connections.subtract(1, ordering: .relaxed)
            }
            return true
        } catch {
            return false
        }
    }

    /// Answers one request.
    func answer(_ request: SampleRequest, _ reply: inout SampleReply) {
        switch (request.path, request.head.method) {
        case ("/health", .get), ("/health", .head):
            // A shallow check: it says nothing of a model that fails.
            reply.json(200) { writer, body in
                writer.key("status", &body)
                writer.string("ok", &body)
            }
        case ("/sample", .get), ("/sample", .head):
            describe(&reply)
        case ("/sample/fail", .post):
            fail(request, &reply)
        default:
            ask(request, &reply)
        }
    }

    private func ask(_ request: SampleRequest, _ reply: inout SampleReply) {
        guard model.paths.contains(request.path) else {
            return reply.error(404, "There is nothing at \(request.path).")
        }
        let number = questions.add(1, ordering: .relaxed).newValue
        if isFailing {
            return reply.error(503, "This sample was told to fail.")
        }
        model.answer(request, number: number, &reply)
    }

    private func fail(_ request: SampleRequest, _ reply: inout SampleReply) {
        let text = request.query("for") ?? "10s"
        let span = text == "0" || text == "0s" ? Nanoseconds.zero : Nanoseconds(text)
        guard let span, span <= SampleServer.failureLimit else {
            return reply.error(400, "\"for\" must be a time up to 600s, such as 5s.")
        }
        failsUntil.store(Clock.now().advanced(by: span).nanoseconds, ordering: .relaxed)
        describe(&reply)
    }

    private func describe(_ reply: inout SampleReply) {
        reply.json(200) { writer, body in
            writer.key("service", &body)
            writer.string(model.rawValue, &body)
            writer.key("fails_for_seconds", &body)
            writer.seconds(failureLeft, &body)
            writer.key("questions", &body)
            writer.number(questionCount, &body)
        }
    }
}
