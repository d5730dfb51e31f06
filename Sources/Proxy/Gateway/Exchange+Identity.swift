import Access
import Base
import Config
import Telemetry
import Wire

/// The sidecar's side of the signed identity: checked offline, believed when it is good.
extension Exchange {
    /// Reads the identity that came with the head, before anything else of it is believed.
    mutating func readIdentity(_ context: inout ExchangeContext) {
        guard let verifier = snapshot.verifier, upstream.index == 0,
            request.fields.contains(.outriderIdentity)
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
        if snapshot.requiresIdentity, upstream.index == 0 { return passage.isVerified }
        return isTrustedPeer || passage.isVerified
    }

    /// Whether whom we answer may know how busy the model is.
    mutating func tellsLoad(peer isTrustedPeer: Bool) -> Bool {
        !snapshot.isGateway && isTrusted(peer: isTrustedPeer)
    }

    /// Whether the request may not pass for want of a good identity.
    var lacksIdentity: Bool {
        mutating get {
            guard upstream.index == 0 else { return false }
            return passage.isForged || snapshot.requiresIdentity && !passage.isVerified
        }
    }
}
