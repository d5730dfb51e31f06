import Base
import Wire

/// One active check from its first question to its outcome, without sockets and clocks.
///
///     begin ──▶ page 0 ──404, 405──▶ page 1 … ──none left──▶ a connection was enough, or not
///       │          │ alive
///       │          ▼
///       │       list of models ──▶ outcome
///       └─────▶ call 0 ──unimplemented──▶ call 1 ──▶ outcome
struct CheckScript: Sendable {
    enum Outcome: Sendable, Hashable {
        case alive
        case loading(String)
        case failed(String)
        case refused
        /// It proved not who it is, or speaks no TLS that we do.
        case unsecured(String)
        case timedOut
    }

    enum Next: Sendable, Hashable {
        /// Ask for this page on a connection of its own.
        case ask(String)
        /// Make this call of gRPC on a connection of its own.
        case call(HealthCall)
        /// Only connect.
        case connect
        case over(Outcome)
    }

    private enum Step {
        case connection
        case page(Int)
        case call(Int)
        case models(String)
    }

    var plan: ProbePlan
    private var step = Step.connection
    private var isLoading = true
    /// The page, or call, that settled the last check; the next begins there.
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
        if known >= max(plan.paths.count, plan.calls.count) { known = 0 }
        if !plan.calls.isEmpty { return call(known) }
        if !plan.paths.isEmpty { return ask(known) }
        step = .connection
        return .connect
    }

    /// The connection stands and nothing more was wanted.
    func connected() -> Next { .over(.alive) }

    /// It speaks HTTP/2 alone: no page can be asked for in HTTP/1.1, but somebody is there.
    func greeted() -> Next {
        plan.acceptsConnection
            ? .over(.alive)
            : .over(.failed("it speaks HTTP/2, its health page is asked in HTTP/1.1"))
    }

    /// An answer came, its body as far as it was wanted.
    mutating func answered(status: Int, body: Span<UInt8>) -> Next {
        switch step {
        case .connection, .call:
            return .over(.alive)
        case .page(let index):
            let path = plan.paths[index]
            return follow(plan.judge(status: status, path: path, isLoading: isLoading), index)
        case .models(let path):
            return .over(outcome(plan.judgeModels(status: status, body: body, path: path)))
        }
    }

    /// A call came to its end.
    mutating func answered(_ answer: GRPCCall.Answer) -> Next {
        guard case .call(let index) = step else { return .over(.alive) }
        let verdict = plan.judge(answer, to: plan.calls[index], isLoading: isLoading)
        guard verdict == .nextPage else {
            known = index
            return .over(outcome(verdict))
        }
        tried += 1
        return tried < plan.calls.count ? call((index + 1) % plan.calls.count) : .over(.alive)
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

    private mutating func call(_ index: Int) -> Next {
        step = .call(index)
        return .call(plan.calls[index])
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
        case .timedOut: .timedOut
        }
    }
}
