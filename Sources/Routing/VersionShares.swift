/// How the callers of a service are shared among its versions.
///
/// Every caller is a point on a line that the versions divide, the lowest first. Moving a border
/// moves only the callers between its old place and its new one.
struct VersionShares: Sendable {
    /// Where the share of each version ends.
    private var ends: [UInt64] = []
    /// The version that has what lies beyond the last border.
    private var last = 0
    /// The version with the largest share, of several the lowest: what stands for the service.
    private(set) var main = 0

    init(_ split: ServiceRule.Split, versions: [SemanticVersion]) {
        switch split {
        case .stable(let version):
            main = versions.firstIndex(of: version) ?? max(versions.count - 1, 0)
            last = main
        case .percent(let shares):
            var sum = 0.0
            for (index, share) in shares.prefix(versions.count).enumerated() {
                if share > 0 { last = index }
                if share > shares[main] { main = index }
                sum += max(share, 0)
                ends.append(Self.point(sum))
            }
        }
    }

    /// The version that has `point`.
    func version(at point: UInt64) -> Int {
        for index in ends.indices where point < ends[index] { return index }
        return last
    }

    private static func point(_ percent: Double) -> UInt64 {
        let place = percent / 100 * 0x1p64
        return place < 0x1p64 ? UInt64(place) : .max
    }
}
