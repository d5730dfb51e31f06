import Access
import Base
import Config
import Policy
import Synchronization
import Telemetry
import Wire

@testable import Proxy

/// What must hold after every event, at each ending, and when all is over.
extension GatewaySimulation {
    func check() {
        let alive = calls.filter {
            !$0.isOver && $0.exchange.record.arrived > Instant(nanoseconds: 0)
        }
        for upstream in snapshot.upstreams {
            let here = alive.filter { $0.exchange.upstream === upstream }
            let books = upstream.state.withLock { state in
                [state.admission.inFlight, state.budget.inFlight, state.admission.depth]
                    + state.endpoints.map(\.inFlight)
            }
            var sums = books.map { _ in 0 }
            for call in here {
                sums[0] += call.exchange.holdsSlot ? 1 : 0
                sums[1] += call.exchange.isRetrying ? 1 : 0
                if let grant = call.exchange.grant { sums[3 + grant.endpoint] += 1 }
            }
            expect(books == sums, "\(upstream.name): \(books) in the books, not \(sums)")
            let active = upstream.metrics.activeRequests.value
            expect(active == here.count, "\(upstream.name): \(active) active, not \(here.count)")
        }
    }

    /// Whether the way it ended fits what happened.
    func judge(_ call: GatewayCall) {
        let record = call.exchange.record
        expect(record.attempts == call.tries.count, "attempts miscounted", call)
        judgeRepeats(call)
        judgeCaller(call)
        let isAnswered = call.tries.contains { $0.hasAnswered && !$0.wasRefused }
        let isBegun = call.tries.contains { $0.wasSent && !$0.wasRefused }
        let processed: Processed = isAnswered ? .yes : isBegun ? .maybe : .no
        let said = record.processed
        expect(said == processed, "processed is \(said), not \(processed)", call)
        guard let reason = record.reason else {
            let isBodiless = call.exchange.response.framing == .none
            expect(call.answerEnded || isBodiless, "no reason and no whole answer", call)
            return
        }
        if reason == .clientGone {
            expect(call.hasLeft, "a client that is here is said to have left", call)
        } else {
            expect(call.reply == reason || call.abort == reason, "\(reason) was not said", call)
        }
    }

    /// Nothing is asked twice that may have been begun, unless repeating is harmless.
    private func judgeRepeats(_ call: GatewayCall) {
        if call.exchange.request.method.isIdempotent { return }
        let begun = call.tries.dropLast().contains { $0.wasSent && !$0.wasRefused }
        expect(!begun, "sent again though it may have been processed", call)
    }

    /// Nobody gets where it may not go.
    private func judgeCaller(_ call: GatewayCall) {
        if call.tries.isEmpty { return }
        let services = Set(call.tries.map(\.service))
        switch call.plan.credential {
        case "api-key: good": break
        case "api-key: few":
            let text = String(decoding: call.plan.body, as: UTF8.self)
            let mayChat = text.hasSuffix(#""model":"llama"}"#)
            expect(!services.contains("last"), "stood in for by what is not for it", call)
            expect(mayChat || !services.contains("chat"), "asked a model not for it", call)
        case nil:
            expect(call.exchange.passage.principal?.isAnonymous == true, "nobody let in", call)
        default: expect(false, "a bad credential was let in", call)
        }
    }

    /// When nothing is left to happen, everything has ended and was given back.
    func checkEnd() {
        for call in calls { expect(call.isOver, "hangs in \(call.exchange.attempt)", call) }
        check()
        let now = now
        for upstream in snapshot.upstreams {
            upstream.state.withLock { state in
                for endpoint in state.endpoints where endpoint.breaker.state == .halfOpen {
                    expect(endpoint.breaker.mayAdmit(now: now), "a probe is lost")
                }
            }
        }
    }
}
