import Access
import Base
import Reactor
import Wire

/// Credentials that memory cannot judge: the control loop asks, the exchange waits.
extension Worker {
    @inline(never)
    mutating func lookUp(for exchange: Handle<Exchange>) {
        guard let gateway = exchanges[exchange].snapshot.gateway,
            let lookup = exchanges[exchange].passage.lookup
        else { return }
        lookUps.post(
            LookUpQuestion(
                worker: Int(context.worker),
                exchange: exchange.bits,
                lookup: lookup,
                credential: exchanges[exchange].credential,
                gateway: gateway
            )
        )
    }

    /// Keeps the answer, whoever else it may serve, and lets the exchange go on if it still waits.
    mutating func lookedUp(_ question: LookUpQuestion, _ answer: LookUpAnswer) {
        let outcome: LookUpOutcome
        switch answer {
        case .keySetLookedUp: outcome = .keySetLookedUp
        case .introspected(let said):
            outcome = .judged(
                context.learn(
                    said,
                    about: question.credential.span,
                    by: question.gateway.gatekeeper,
                    now: wallSeconds
                )
            )
        }
        let handle = Handle<Exchange>(bits: question.exchange)
        guard exchanges.contains(handle) else { return }
        exchanges[handle].passage.outcome = outcome
        deliver(.lookedUp, to: handle)
    }
}
