package import Access
import Base
import Routing

/// What a gateway, or the check of its signed identity, has found out about one request.
package struct Passage: Sendable {
    /// Who asks; `nil` as long as that is not known.
    package internal(set) var principal: Principal?
    var traits = CallerTraits.none
    /// Who has shown a certificate; `nil` where nobody has, or nobody who is known by it.
    var certified: Principal?
    /// The client's address, for counting bad credentials; 0 for a unix socket.
    package var client: UInt128 = 0
    /// Whether the client showed a credential, good or bad.
    var hasCredential = false
    /// Who is asked about the credential, and what came of it.
    package internal(set) var lookup: Gatekeeper.Lookup?
    package var outcome: LookUpOutcome?
    /// The normalised path where it is not as it came.
    var path: [UInt8] = []
    var model = ModelKnowledge.unread
    var lookAhead: ModelLookAhead?
    /// Reads the rest of a body for a second model, which would be refused.
    var watch: ModelLookAhead?
    /// Place of the route; -1 without one.
    var route = -1
    /// Places of the targets that stand in for the first, and the next of them.
    var standIns: [Int] = []
    var nextStandIn = 0
    /// Whether the identity that came with the request is good.
    package internal(set) var isVerified = false
    /// Whether an identity came and is not good.
    var isForged = false

    package init() {}

    /// Lends the normalised path, without its query, of a head in which it stands at `range`.
    func withPath<Result>(
        _ head: [UInt8],
        _ range: Range<Int>,
        _ body: (Span<UInt8>) -> Result
    ) -> Result {
        path.isEmpty ? body(head.span.extracting(range)) : body(path.span)
    }

    /// Forgets everything; most requests have left most of it untouched.
    mutating func reset() {
        if principal != nil {
            principal = nil
            traits = .none
        }
        if certified != nil { certified = nil }
        client = 0
        hasCredential = false
        if lookup != nil { lookup = nil }
        if outcome != nil { outcome = nil }
        if !path.isEmpty { path = [] }
        if case .unread = model {} else { model = .unread }
        if lookAhead != nil { lookAhead = nil }
        if watch != nil { watch = nil }
        route = -1
        if !standIns.isEmpty { standIns = [] }
        nextStandIn = 0
        isVerified = false
        isForged = false
    }
}
