import Access
package import Base
import Crypto
import Policy

/// What decisions need besides the exchange itself; one per worker.
///
/// Holds no descriptor and no clock, so a test makes one and replays any schedule.
package struct ExchangeContext: ~Copyable {
    /// In force for requests that begin now.
    package var snapshot: Snapshot
    package var random: RandomSource
    /// Marks the tickets of this worker.
    package let worker: UInt16
    /// New requests are refused: the drain has announced itself long enough.
    package var isRefusing = false
    /// Answers say `Connection: close`: a drain has begun.
    package var isDraining = false
    /// What other requests are to be told because of what this one did; the worker posts it.
    package var consequences: [(Upstream, Upstream.Consequences)] = []

    /// What forwarding fields said of the clients heard last.
    var origins = OriginLines()
    /// Credentials that were judged, callers that were met, identities that were found good.
    private var verdicts = VerdictCache()
    var callers = KnownCallers()
    private var identities = VerdictCache(bound: 1_024)
    private var hasher = Hasher256()

    package init(snapshot: Snapshot, worker: UInt16, seed: UInt64) {
        self.snapshot = snapshot
        self.worker = worker
        random = RandomSource(seed: seed)
    }

    /// Who bears `credential`, as far as memory knows.
    mutating func judge(
        _ credential: Span<UInt8>,
        by gatekeeper: Gatekeeper,
        now unixSeconds: Int64
    ) -> Gatekeeper.Verdict {
        gatekeeper.judge(credential, nowUnix: unixSeconds, cache: &verdicts, hasher: &hasher)
    }

    /// Keeps what the introspection endpoint has said about `credential`, and judges by it.
    mutating func learn(
        _ answer: Introspection.Answer,
        about credential: Span<UInt8>,
        by gatekeeper: Gatekeeper,
        now unixSeconds: Int64
    ) -> Gatekeeper.Verdict {
        gatekeeper.learned(
            answer,
            about: credential,
            nowUnix: unixSeconds,
            cache: &verdicts,
            hasher: &hasher
        )
    }

    /// Whom the gateway says the caller to be, if it is the gateway that says so.
    mutating func judge(
        identity token: Span<UInt8>,
        by verifier: IdentityVerifier,
        _ generation: UInt64,
        now unixSeconds: Int64
    ) -> Gatekeeper.Verdict {
        identities.use(stamp: generation)
        return verifier.judge(token, nowUnix: unixSeconds, cache: &identities, hasher: &hasher)
    }

    /// Keeps what others must be told because of `upstream`.
    mutating func note(_ upstream: Upstream, _ consequences: Upstream.Consequences) {
        self.consequences.append((upstream, consequences))
    }

    /// Keeps that `ticket` has been given a slot.
    mutating func note(_ upstream: Upstream, granting ticket: AdmissionQueue.Ticket) {
        var consequences = Upstream.Consequences()
        consequences.granted = ticket
        note(upstream, consequences)
    }
}
