import Base
import Routing

extension FuzzTarget {
    /// Paths: the normal form is its own normal form, and never means more than what came.
    static let path = FuzzTarget(
        name: "path",
        seeds: [
            "/v1/chat/completions", "/a%2Fb/%2e%2e", "/..;/a", "/%61%7E/", "/a%5Cb", "/%00", "*",
            "/%C0%AE/%25%32%65",
        ],
        words: ["/", "%2e", "%2E", "..", "%2f", "%5c", "%00", "%25", ";", "%3b", "\\", "%c0%ae"]
    ) { bytes throws(Broken) in
        guard let form = try normalForm(of: bytes) else { return }
        let again = PathNormaliser.check(form.span, 0..<form.count)
        try require(again == .normal, "the normal form is not normal")
        try require(form.count <= bytes.count, "longer than what came")
        try require(form.allSatisfy { $0 > 32 && $0 < 127 }, "a byte that no path has")
        let slashes = bytes.count { $0 == UInt8(ascii: "/") }
        try require(form.count { $0 == UInt8(ascii: "/") } == slashes, "another separator")
        let segments = form.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in segments.dropFirst() {
            let name = segment.prefix { $0 != UInt8(ascii: ";") }
            let isDots = name.count == 1 || name.count == 2
            try require(!isDots || name.contains { $0 != UInt8(ascii: ".") }, "a dot segment")
        }
        try require(!segments.dropFirst().dropLast().contains([]), "an empty segment")
    }

    /// `nil` for a path that is refused.
    private static func normalForm(of bytes: [UInt8]) throws(Broken) -> [UInt8]? {
        switch PathNormaliser.check(bytes.span, 0..<bytes.count) {
        case .refused: return nil
        case .normal: return bytes
        case .changed(let normal):
            try require(normal != bytes, "the same bytes are no change")
            return normal
        }
    }

    /// Bodies: how they are cut changes nothing, and the model is that of a whole parser.
    static let model = FuzzTarget(
        name: "model",
        seeds: [
            #"{"model":"a","messages":[{"role":"user","content":"\"}"}]}"#,
            #"{"mod\u0065l":"\ud83d\ude00","x":{"model":1}}"#, #"{"model":"a","model":"b"}"#,
        ],
        words: [
            "\"model\"", "{", "}", "[", "]", ":", ",", "\\u006d", "\\\"", "null", "1e5", "\"a\"",
        ]
    ) { bytes throws(Broken) in
        let whole = ModelReading.read(bytes, cuts: [])
        for cuts in Arrival.ways(bytes) {
            let cut = ModelReading.read(bytes, cuts: cuts)
            try require(cut == whole, "cut at \(cuts) it is \(cut), not \(whole)")
        }
        try ModelReading.compare(bytes, whole)
    }

    /// Versions and ranges: an order without contradiction, and ranges that agree with it.
    static let version = FuzzTarget(
        name: "version",
        seeds: ["^1.4|1.4.0-rc.1", ">=1.2 <2.0|1.x", "~1.4.2|1.0.0-a.1+b", "*|4294967295.0.0"],
        words: [
            "^", "~", ">=", "<", "|", ".", "x", "*", "-rc.1", "-0", "+b", "1.4.0", "4294967295",
        ]
    ) { bytes throws(Broken) in
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "|" as Character)
        let versions = parts.compactMap { SemanticVersion(String($0)) }
        for one in versions {
            try require(one == one && !(one < one), "\(one.text) is not itself")
            let itself = VersionRange("=\(one.major).\(one.minor).\(one.patch)")
            try require(itself?.contains(one) == one.prerelease.isEmpty, "\(one.text) as a range")
            for other in versions {
                let relations = [one < other, one == other, other < one].count { $0 }
                try require(relations == 1, "\(one.text) against \(other.text)")
            }
        }
        for range in parts.compactMap({ VersionRange(String($0)) }) {
            let best = range.highest(of: versions)
            let fitting = versions.filter(range.contains)
            try require(
                best.map { versions[$0] } == fitting.max(),
                "not the highest of \(range.text)"
            )
        }
    }
}
