import Access
import Base
import Config
import Telemetry
import Wire

/// The sidecar's side of the signed identity: checked offline, believed when it is good.
extension Exchange {
    /// Reads the identity that came with the head, before anything else of it is believed.
    mutating func readIdentity(_ context: inout ExchangeContext) {
        guard case .sidecar(let sidecar) = snapshot.role, let verifier = sidecar.verifier,
            upstream.index == 0, request.fields.contains(.outriderIdentity)
        else { return }
        guard request.fields.count(of: .outriderIdentity) == 1,
            let range = request.fields.first(.outriderIdentity)
        else {
            passage.isForged = true
            return
        }
        let seconds = Int64(clamping: record.wallClock / 1_000_000_000)
        let generation = snapshot.generation
        let verdict = request.fields.withBytes {
            context.judge(identity: $0.extracting(range), by: verifier, generation, now: seconds)
        }
        guard case .accepted(let principal) = verdict else {
            passage.isForged = true
            return
        }
        passage.isVerified = true
        passage.principal = principal
        record.setCaller(principal.caller)
    }

    /// Whether what the gateway says of a request is believed of this one.
    ///
    /// Mutating, as are others on the path, only because an exchange is then passed where it
    /// lies; a large value that is merely read is copied for every call.
    mutating func isTrusted(peer isTrustedPeer: Bool) -> Bool {
        guard case .sidecar(let sidecar) = snapshot.role, sidecar.mode == .require,
            upstream.index == 0
        else { return isTrustedPeer || passage.isVerified }
        return passage.isVerified
    }

    /// Whether the request may not pass for want of a good identity.
    var lacksIdentity: Bool {
        guard case .sidecar(let sidecar) = snapshot.role, upstream.index == 0 else { return false }
        switch sidecar.mode {
        case .off: return false
        case .verify: return passage.isForged
        case .require: return !passage.isVerified
        }
    }
}
