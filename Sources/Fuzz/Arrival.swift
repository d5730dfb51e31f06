/// The ways in which the same bytes may arrive.
enum Arrival {
    /// Where reads end, one list for each way: byte by byte, and cut at places the bytes choose.
    ///
    /// The places come from a hash of the input, so that inputs keep the protocol's own form and
    /// seeds can be used as they are.
    static func ways(_ bytes: [UInt8]) -> [[Int]] {
        guard bytes.count > 1 else { return [] }
        var ways = [Array(1..<bytes.count)]
        var place = hash(bytes)
        for _ in 0..<3 {
            ways.append([Int(place % UInt64(bytes.count))])
            place = place >> 16 ^ place &* 0x9e37_79b9_7f4a_7c15
        }
        let pair = [ways[1][0], ways[2][0]].sorted()
        return ways + [pair]
    }

    /// FNV-1a.
    static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
