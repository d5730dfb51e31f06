/// How the last streams of a connection ended: what may still come for one depends on it.
///
/// Each number has one place that a later one takes over, so that the memory is bounded and
/// looking is one load. Only odd numbers are kept, which leaves two bits of 32 for the ending.
/// Not copyable, because looking would copy all of it first.
struct ClosedStreams: ~Copyable {
    enum Ending: UInt32 {
        /// END_STREAM both ways.
        case complete
        case resetByPeer
        /// What the peer sent before it knew is passed over (RFC 9113 §5.1).
        case resetByUs
    }

    private static let places = 128
    private var words = InlineArray<128, UInt32>(repeating: 0)

    mutating func insert(_ id: UInt32, _ ending: Ending) {
        words[Self.place(id)] = Self.word(id, ending)
    }

    /// How the stream ended; `nil` when that is forgotten, or it never began.
    func ending(of id: UInt32) -> Ending? {
        let word = words[Self.place(id)]
        // Number 0 is no stream's, so that an empty place fits none.
        guard word &>> 2 == id &>> 1, word != 0 else { return nil }
        return Ending(rawValue: (word & 3) &- 1)
    }

    private static func place(_ id: UInt32) -> Int { Int(id &>> 1) & (places &- 1) }

    /// The number without its lowest bit, shifted: 30 bits; and the ending from 1 on.
    private static func word(_ id: UInt32, _ ending: Ending) -> UInt32 {
        (id &>> 1) &<< 2 | (ending.rawValue &+ 1)
    }
}
