import Access
import Base
import Reactor

/// Answers the workers' questions about credentials, and keeps key sets fresh.
struct LookUpDesk: ~Copyable {
    /// A question and what came of it, for the worker that asked.
    struct Reply: Sendable {
        let question: LookUpQuestion
        let answer: LookUpAnswer
    }

    /// Told apart by their highest bits, so that no two fetches bear the same.
    static let keySetTag: UInt64 = 1 << 62
    static let introspectionTag: UInt64 = 1 << 63

    private var fetcher = Fetcher()
    private var keySets = KeySetRefresher()
    private var introspector = Introspector()

    /// Follows a snapshot: fetches the key sets that it needs and that are not there.
    mutating func adopt(_ snapshot: Snapshot, _ reactor: inout ControlReactor) -> [Reply] {
        fetcher.client = snapshot.gateway?.fetching
        if let gateway = snapshot.gateway {
            keySets.adopt(gateway)
        } else {
            keySets.adopt(nil)
        }
        return refresh(&reactor)
    }

    /// Fetches key sets that have grown stale.
    mutating func refresh(_ reactor: inout ControlReactor) -> [Reply] {
        keySets.refresh(&fetcher, &reactor)
        return settle(&reactor)
    }

    /// Takes up what workers ask.
    mutating func ask(
        _ questions: [LookUpQuestion],
        _ reactor: inout ControlReactor
    ) -> [Reply] {
        for question in questions {
            switch question.lookup {
            case .keySet(let issuer):
                keySets.ask(question, issuer: issuer, &fetcher, &reactor)
            case .introspection:
                introspector.ask(question, &fetcher, &reactor)
            }
        }
        return settle(&reactor)
    }

    /// Something happened on a connection.
    mutating func ready(_ event: Poller.Event, _ reactor: inout ControlReactor) -> [Reply] {
        fetcher.ready(event, &reactor)
        return settle(&reactor)
    }

    /// Some time is up.
    mutating func timer(_ word: UInt64, _ reactor: inout ControlReactor) -> [Reply] {
        fetcher.timer(word, &reactor)
        return settle(&reactor)
    }

    /// A host has been looked up.
    mutating func resolved(
        _ answer: NameDesk.Answer,
        _ reactor: inout ControlReactor
    ) -> [Reply] {
        fetcher.resolved(answer, &reactor)
        return settle(&reactor)
    }

    /// Hands over what was fetched, and collects whom that answers.
    private mutating func settle(_ reactor: inout ControlReactor) -> [Reply] {
        for ending in fetcher.takeEndings() where !keySets.ended(ending, now: reactor.now) {
            let seconds = Int64(clamping: Clock.wall() / 1_000_000_000)
            _ = introspector.ended(ending, nowUnix: seconds)
        }
        return keySets.takeAnswered().map { Reply(question: $0, answer: .keySetLookedUp) }
            + introspector.takeAnswered().map { question, answer in
                Reply(question: question, answer: .introspected(answer))
            }
    }
}
