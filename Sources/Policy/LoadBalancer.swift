package import Base

/// Chooses among the endpoints of one upstream.
package struct LoadBalancer: Sendable {
    package enum Strategy: String, Sendable, CaseIterable {
        /// The less loaded of two endpoints picked at random.
        case leastRequest
        case roundRobin
        /// The same key meets the same endpoint while it admits.
        case consistentHash
    }

    /// One endpoint at the moment of choice.
    package struct Candidate: Sendable, Hashable {
        package var inFlight: Int
        /// Healthy, admitting, and not yet tried by this request.
        package var isAvailable: Bool

        package init(inFlight: Int, isAvailable: Bool) {
            self.inFlight = inFlight
            self.isAvailable = isAvailable
        }
    }

    package let strategy: Strategy
    /// One per endpoint, in the order of the candidates; its own, so that it keeps its keys
    /// when others come and go.
    private let identities: [UInt64]
    private var nextTurn = 0

    /// `identities` are `hash`es of the endpoints' addresses.
    package init(_ strategy: Strategy, identities: [UInt64]) {
        self.strategy = strategy
        self.identities = identities
    }

    /// The index of the endpoint to send to; `nil` when none is available.
    ///
    /// `key` matters to `consistentHash` alone: the `hash` of what requests are told apart by.
    package mutating func choose(
        _ candidates: Span<Candidate>,
        key: UInt64,
        random: inout RandomSource
    ) -> Int? {
        precondition(candidates.count == identities.count, "one candidate per endpoint")
        if candidates.count == 1 { return candidates[0].isAvailable ? 0 : nil }
        switch strategy {
        case .leastRequest: return leastRequest(candidates, random: &random)
        case .roundRobin: return roundRobin(candidates)
        case .consistentHash: return consistentHash(candidates, key: key)
        }
    }

    private func leastRequest(
        _ candidates: Span<Candidate>,
        random: inout RandomSource
    ) -> Int? {
        var available = 0
        for index in candidates.indices where candidates[index].isAvailable { available += 1 }
        guard available > 0 else { return nil }
        let first = Int(random.below(UInt64(available)))
        guard available > 1 else { return Self.index(ofAvailable: first, candidates) }
        // A second pick from the others, by stepping 1 to n - 1 further round.
        let step = 1 + Int(random.below(UInt64(available - 1)))
        let one = Self.index(ofAvailable: first, candidates)
        let other = Self.index(ofAvailable: (first + step) % available, candidates)
        return candidates[other].inFlight < candidates[one].inFlight ? other : one
    }

    private static func index(ofAvailable ordinal: Int, _ candidates: Span<Candidate>) -> Int {
        var left = ordinal
        for index in candidates.indices where candidates[index].isAvailable {
            if left == 0 { return index }
            left -= 1
        }
        preconditionFailure("fewer are available than were counted")
    }

    private mutating func roundRobin(_ candidates: Span<Candidate>) -> Int? {
        for _ in candidates.indices {
            let index = nextTurn
            nextTurn = index + 1 == candidates.count ? 0 : index + 1
            if candidates[index].isAvailable { return index }
        }
        return nil
    }

    /// Rendezvous hashing: the endpoint whose identity scores highest with the key.
    ///
    /// When one fails only its own keys move, each to its second choice, and back again later.
    private func consistentHash(_ candidates: Span<Candidate>, key: UInt64) -> Int? {
        var best: Int?
        var bestScore: UInt64 = 0
        for index in candidates.indices where candidates[index].isAvailable {
            let score = Self.mix(key ^ Self.mix(identities[index]))
            if best == nil || score > bestScore { (best, bestScore) = (index, score) }
        }
        return best
    }
}

extension LoadBalancer {
    /// A number for the bytes in `range`, the same in every process: FNV-1a, then mixed.
    package static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
        return mix(hash)
    }

    /// The finalizer of SplitMix64: every input bit reaches every output bit.
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
