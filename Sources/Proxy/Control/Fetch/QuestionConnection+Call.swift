import Base
import Reactor
import Wire

/// How the answer to a call of gRPC is read.
extension QuestionConnection {
    /// Goes on with the call: what HTTP/2 acknowledges on the way is sent at once.
    mutating func readCall(now: Instant) -> Progress {
        if let progress = send() { return progress }
        while true {
            switch stream.read(into: &answer, room: 4_096) {
            case .transferred:
                let step = call?.take(&answer, now: now, to: &question) ?? .needsMore
                if let progress = progress(of: step) { return progress }
                if let progress = send() { return progress }
            case .wouldBlock:
                return .pending
            case .ended:
                return progress(of: call?.ended() ?? .needsMore) ?? .pending
            case .failed(let error):
                return .failed("\(error)")
            }
        }
    }

    private mutating func progress(of step: GRPCCallStream.Step) -> Progress? {
        switch step {
        case .needsMore: nil
        case .answered: .answered(status: call?.answer.httpStatus ?? 0)
        case .failed(let evidence): .failed(evidence)
        }
    }
}
