import Base

/// One active check from its first question to its outcome, without sockets and clocks.
///
///     begin ──▶ page 0 ──404, 405──▶ page 1 … ──none left──▶ a connection was enough, or not
///                  │ alive
///                  ▼
///               list of models ──▶ outcome
struct CheckScript: Sendable {
    enum Outcome: Sendable, Hashable {
        case alive
        case loading(String)
        case failed(String)
        case refused
        case timedOut
    }

    enum Next: Sendable, Hashable {
        /// Ask for this page on a connection of its own.
        case ask(String)
        /// Only connect.
        case connect
        case over(Outcome)
    }

    private enum Step {
        case connection
        case page(Int)
        case models(String)
    }

    var plan: ProbePlan
    private var step = Step.connection
    private var isLoading = true
    /// The page that settled the last check; the next begins there.
    private var known = 0
    private var tried = 0

    init(_ plan: ProbePlan) {
        self.plan = plan
    }

    /// Whether the answer's body matters, and not only its status.
    var wantsBody: Bool {
        if case .models = step { true } else { false }
    }

    /// Begins a check of a model that `isLoading` as far as is known.
    mutating func begin(isLoading: Bool) -> Next {
        self.isLoading = isLoading
        tried = 0
        guard !plan.paths.isEmpty else {
            step = .connection
            return .connect
        }
        if known >= plan.paths.count { known = 0 }
        return ask(known)
    }

    /// The connection stands and nothing more was wanted.
    func connected() -> Next { .over(.alive) }

    /// It speaks HTTP/2 alone: no page can be asked for in HTTP/1.1, but somebody is there.
    func greeted() -> Next {
        plan.acceptsConnection
            ? .over(.alive) : .over(.failed("it speaks HTTP/2, its health page is asked in HTTP/1.1"))
    }

    /// An answer came, its body as far as it was wanted.
    mutating func answered(status: Int, body: Span<UInt8>) -> Next {
        switch step {
        case .connection:
            return .over(.alive)
        case .page(let index):
            let path = plan.paths[index]
            return follow(plan.judge(status: status, path: path, isLoading: isLoading), index)
        case .models(let path):
            return .over(outcome(plan.judgeModels(status: status, body: body, path: path)))
        }
    }

    private mutating func follow(_ verdict: ProbePlan.Verdict, _ index: Int) -> Next {
        guard verdict == .nextPage else {
            known = index
            return verdict == .alive ? askForModels() : .over(outcome(verdict))
        }
        tried += 1
        if tried < plan.paths.count { return ask((index + 1) % plan.paths.count) }
        known = 0
        return plan.acceptsConnection ? askForModels() : .over(.failed("no health page answered"))
    }

    private mutating func ask(_ index: Int) -> Next {
        step = .page(index)
        return .ask(plan.paths[index])
    }

    private mutating func askForModels() -> Next {
        guard let path = plan.modelListPath else { return .over(.alive) }
        step = .models(path)
        return .ask(path)
    }

    private func outcome(_ verdict: ProbePlan.Verdict) -> Outcome {
        switch verdict {
        case .alive: .alive
        case .nextPage: .failed("no health page answered")
        case .loading(let evidence): .loading(evidence)
        case .failed(let evidence): .failed(evidence)
        }
    }
}
