import Base
import Reactor

/// What only a gateway's control loop does: credentials that workers ask about, and names.
extension ControlLoop {
    /// Answers what workers ask about credentials.
    mutating func takeLookUps() {
        var questions: [LookUpQuestion] = []
        server.lookUps.drain(into: &questions)
        reply(lookUps.ask(questions, &reactor))
    }

    /// Tells the workers that asked.
    func reply(_ replies: [LookUpDesk.Reply]) {
        for reply in replies {
            server.post(.lookedUp(reply.question, reply.answer), to: reply.question.worker)
        }
    }

    /// Names have been looked up: tells those who asked.
    mutating func takeResolutions() {
        var hasNews = false
        for answer in reactor.names.take() {
            switch ControlReactor.kind(answer.asker) {
            case ControlReactor.Kind.probe: prober.resolved(answer, &reactor)
            case ControlReactor.Kind.fetch: reply(lookUps.resolved(answer, &reactor))
            case ControlReactor.Kind.nameWatch:
                hasNews = nameWatch.resolved(answer, now: reactor.now) || hasNews
            default: break
            }
        }
        guard hasNews else { return }
        server.adopt(names: nameWatch.names)
        prober.adopt(server.snapshot, &reactor)
    }

    /// Follows the snapshot that is now in force.
    mutating func followSnapshot() {
        prober.adopt(server.snapshot, &reactor)
        reply(lookUps.adopt(server.snapshot, &reactor))
        nameWatch.adopt(server.snapshot.upstreams.flatMap(\.places), &reactor)
    }
}
