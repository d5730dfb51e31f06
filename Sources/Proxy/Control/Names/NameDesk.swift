import Base
import Reactor

/// Where the control loop's parts have names looked up: one resolver's thread for all of them.
struct NameDesk: ~Copyable {
    /// What came of a name that a part has asked for.
    struct Answer: Sendable {
        /// The data word of who asked.
        let asker: UInt64
        let result: Result<Resolver.Found, Resolver.Failure>
    }

    private let answers: Mailbox<Answer>
    /// Started with the first name that is to be looked up.
    private var resolver: Resolver?

    init() throws(SystemError) {
        answers = try Mailbox()
    }

    /// Readable while answers wait.
    var descriptor: Int32 { answers.descriptor }

    /// Has `host` looked up; the answer names `asker`, and comes in any case.
    mutating func ask(
        _ host: String,
        port: UInt16,
        asksLifetime: Bool = false,
        asker: UInt64
    ) {
        do throws(SystemError) {
            if resolver == nil { resolver = try Resolver() }
            let answers = answers
            resolver?.resolve(host: host, port: port, asksLifetime: asksLifetime) { result in
                answers.post(Answer(asker: asker, result: result))
            }
        } catch {
            Complaint.write("names cannot be looked up: \(error)")
            answers.post(Answer(asker: asker, result: .failure(.unavailable)))
        }
    }

    /// Takes the answers that have come.
    borrowing func take() -> [Answer] {
        var taken: [Answer] = []
        answers.drain(into: &taken)
        return taken
    }
}
