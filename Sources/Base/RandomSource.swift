/// The only source of chance: seeded, so that a test can replay what it did.
///
/// SplitMix64: a good spread for jitter, balancing and identifiers. Not for secrets.
public struct RandomSource: Sendable, RandomNumberGenerator {
    @usableFromInline var state: UInt64

    @inlinable public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    @inlinable public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// An even pick from `0..<bound`; zero when `bound` is zero.
    @inlinable public mutating func below(_ bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// An even pick from 0 up to but without 1.
    @inlinable public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
