import Access
import Base

/// Fetches the key sets of issuers: at first, when they are stale, and when a key is not known.
///
/// One fetch serves all who wait for a set. A set that cannot be fetched stays as it is. How often
/// an unknown key is worth a fetch is the cell's own rule, which age does not touch: a key that is
/// new just after a set was fetched is found at once.
struct KeySetRefresher: ~Copyable {
    private struct Entry {
        let cell: KeySetCell
        let issuer: String
        let url: FetchURL
        /// What is under way bears it.
        let tag: UInt64
        var isUnderWay = false
        /// When it was last fetched for its age.
        var triedAt: Instant?
        var isFailing = false
        /// The configuration in force names it.
        var isWanted = true
        var waiting: [LookUpQuestion] = []
    }

    /// Between two tries to fetch a set for its age, and one that is missing.
    static let pause = KeySetCell.refreshInterval
    static let missingPause = Nanoseconds.seconds(5)
    /// Bytes of a set at most.
    static let limit = 262_144

    private var entries: [Entry] = []
    private var lastTag: UInt64 = 0
    /// Questions that are answered by now.
    private var answered: [LookUpQuestion] = []

    /// Follows the configuration in force.
    mutating func adopt(_ gateway: Gateway?) {
        for index in entries.indices { entries[index].isWanted = false }
        if let gatekeeper = gateway?.gatekeeper {
            for issuer in gatekeeper.keySets.indices {
                guard let index = entry(of: issuer, gatekeeper) else { continue }
                entries[index].isWanted = true
            }
        }
        forgetUnwanted()
    }

    /// Fetches what is missing or stale, unless that was tried a moment ago.
    mutating func refresh(_ fetcher: inout Fetcher, _ reactor: inout ControlReactor) {
        let now = reactor.now
        for index in entries.indices where entries[index].isWanted {
            guard !entries[index].isUnderWay, entries[index].cell.isStale(now: now) else {
                continue
            }
            let isMissing = entries[index].cell.current == nil
            let pause = isMissing ? Self.missingPause : Self.pause
            if let tried = entries[index].triedAt, now.since(tried) < pause { continue }
            entries[index].triedAt = now
            fetch(index, &fetcher, &reactor)
        }
    }

    /// A worker has met a key of `issuer` that it does not know.
    mutating func ask(
        _ question: LookUpQuestion,
        issuer: Int,
        _ fetcher: inout Fetcher,
        _ reactor: inout ControlReactor
    ) {
        guard let index = entry(of: issuer, question.gateway.gatekeeper) else {
            answered.append(question)
            return
        }
        if !entries[index].isUnderWay {
            guard entries[index].cell.mayRefresh(now: reactor.now) else {
                answered.append(question)
                return
            }
            fetch(index, &fetcher, &reactor)
        }
        entries[index].waiting.append(question)
    }

    /// A fetch has ended; says whether it was one of these.
    mutating func ended(_ ending: Fetcher.Ending, now: Instant) -> Bool {
        guard let index = entries.firstIndex(where: { $0.isUnderWay && $0.tag == ending.tag })
        else { return false }
        let problem = Self.publish(ending.outcome, to: entries[index].cell, now: now)
        tell(problem, index)
        entries[index].isUnderWay = false
        answered += entries[index].waiting
        entries[index].waiting = []
        forgetUnwanted()
        return true
    }

    /// Takes the questions that are answered: keys are as new as they can be.
    mutating func takeAnswered() -> [LookUpQuestion] {
        var taken: [LookUpQuestion] = []
        swap(&taken, &answered)
        return taken
    }

    /// The place of an issuer's set; a new one if it is to be fetched and was not known.
    private mutating func entry(of issuer: Int, _ gatekeeper: Gatekeeper) -> Int? {
        let cell = gatekeeper.keySets[issuer]
        if let known = entries.firstIndex(where: { $0.cell === cell }) { return known }
        guard let source = gatekeeper.source(ofKeySet: issuer), let url = FetchURL(source.url)
        else { return nil }
        lastTag += 1
        entries.append(
            Entry(cell: cell, issuer: source.issuer, url: url, tag: LookUpDesk.keySetTag | lastTag)
        )
        return entries.endIndex - 1
    }

    private mutating func fetch(
        _ index: Int,
        _ fetcher: inout Fetcher,
        _ reactor: inout ControlReactor
    ) {
        entries[index].isUnderWay = true
        let request = Fetcher.Request(url: entries[index].url, limit: Self.limit)
        fetcher.fetch(request, tag: entries[index].tag, isReserved: true, &reactor)
    }

    /// Keeps the set that came; says what was wrong with it.
    private static func publish(
        _ outcome: Fetcher.Outcome,
        to cell: KeySetCell,
        now: Instant
    ) -> String? {
        switch outcome {
        case .failed(let reason): return reason
        case .answered(200, let body):
            do throws(JWKSet.Failure) {
                try cell.publish(body.span, now: now)
                return nil
            } catch {
                return "the answer is not a key set (\(error))"
            }
        case .answered(let status, _): return "status \(status)"
        }
    }

    /// Complains once when fetching begins to fail, and says when that has ended.
    private mutating func tell(_ problem: String?, _ index: Int) {
        defer { entries[index].isFailing = problem != nil }
        let what = "key set of \(entries[index].issuer)"
        if let problem {
            guard !entries[index].isFailing else { return }
            let kept = entries[index].cell.current == nil ? "there is none" : "the old one stays"
            Complaint.write("\(what) cannot be fetched: \(problem); \(kept)")
        } else if entries[index].isFailing {
            Complaint.write("\(what) is fetched again")
        }
    }

    /// Sets of former configurations are kept only as long as somebody waits for them.
    private mutating func forgetUnwanted() {
        entries.removeAll { !$0.isWanted && !$0.isUnderWay }
    }
}
