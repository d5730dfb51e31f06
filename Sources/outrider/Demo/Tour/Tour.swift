import Base
import Reactor

/// The tour that `demo --once` makes by itself: each step asks, looks at what came, and says it.
///
/// A step throws when what it saw is not what it should have seen; the others still run.
struct Tour: Sendable {
    let ensemble: Ensemble
    let paint: Paint
    let begun: Instant

    var sentiment: Escort { ensemble.sentiment }
    var chat: Escort { ensemble.chat }
    var door: FrontDoor { ensemble.door }

    /// Runs every step and tells whether each of them showed what it should.
    func run() -> Bool {
        var isGood = true
        for step in Step.allCases {
            do throws(TourFailure) {
                let seen = try show(step)
                Terminal.write("  \(paint.good("ok    "))  \(step.title)\n\(indented(seen))")
            } catch {
                isGood = false
                let mark = paint.bad("failed")
                Terminal.write("  \(mark)  \(step.title)\n\(indented([error.message]))")
                // Without a sidecar that serves there is nothing to see.
                if step == .readiness { break }
            }
        }
        return isGood
    }

    /// The steps, in their order.
    enum Step: CaseIterable {
        case readiness, answer, chat, stream, callers, bypass, split, rollback, rotation
        case status, metrics, breaker, drain, end

        var title: String {
            switch self {
            case .readiness: "gateway and sidecars are up, the models ready"
            case .answer: "an answer from the sentiment model"
            case .chat: "an answer from the chat model"
            case .stream: "a stream, each word as it is said"
            case .callers: "who may pass, and what for"
            case .bypass: "no way around the gateway"
            case .split: "a new version that gets \(Tour.movedPercent) % of the requests"
            case .rollback: "the way back"
            case .rotation: "a key that is replaced while it is in use"
            case .status: "readiness and status"
            case .metrics: "metrics"
            case .breaker: "a breaker that opens and closes"
            case .drain: "a drain that loses no request"
            case .end: "the end, with nothing left behind"
            }
        }
    }

    private func show(_ step: Step) throws(TourFailure) -> [String] {
        switch step {
        case .readiness: try showReadiness()
        case .answer: try showAnswer()
        case .chat: try showChat()
        case .stream: try showStream()
        case .callers: try showCallers()
        case .bypass: try showBypass()
        case .split: try showSplit()
        case .rollback: try showRollback()
        case .rotation: try showRotation()
        case .status: try showStatus()
        case .metrics: try showMetrics()
        case .breaker: try showBreaker()
        case .drain: try showDrain()
        case .end: try showEnd()
        }
    }

    private func indented(_ lines: [String]) -> String {
        lines.map { "          \(paint.faint($0))\n" }.joined()
    }

    /// `span` in seconds, with two decimals below ten.
    static func seconds(_ span: Nanoseconds) -> String {
        let hundredths = (span.count + 5_000_000) / 10_000_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
    }

    /// Goes on only when `isTrue`.
    static func expect(_ isTrue: Bool, _ message: @autoclosure () -> String) throws(TourFailure) {
        guard isTrue else { throw TourFailure(message()) }
    }
}
