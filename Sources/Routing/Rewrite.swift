import Base

/// The path that a route forwards in place of the one that was asked for.
///
/// A plain path replaces all of it; one that ends in `/**` keeps what the `**` of `match.path`
/// stood for, which may be nothing.
struct Rewrite: Sendable {
    enum Failure: Error, Sendable, Hashable, CaseIterable {
        case notPlain
        case noTail

        /// What is wrong, for the one who wrote it.
        var message: String {
            switch self {
            case .notPlain: "is not a plain path in normal form, with \"/**\" at its end at most"
            case .noTail: "ends in \"/**\", but match.path does not"
            }
        }
    }

    private let prefix: [UInt8]
    /// How many segments of the path are replaced; `nil` when all are.
    private let replaced: Int?

    init(_ text: String, for path: PathPattern) throws(Failure) {
        var bytes = Array(text.utf8)
        let keepsTail = bytes.suffix(3).elementsEqual("/**".utf8)
        if keepsTail { bytes.removeLast(3) }
        let isNormal = PathNormaliser.check(bytes.span, 0..<bytes.count) == .normal
        let isSpecial = bytes.contains { "*{}".utf8.contains($0) }
        let endsInSlash = keepsTail && bytes.last == UInt8(ascii: "/")
        guard isNormal, !isSpecial, !endsInSlash, keepsTail || !bytes.isEmpty else {
            throw .notPlain
        }
        guard path.hasTail || !keepsTail else { throw .noTail }
        prefix = bytes
        replaced = keepsTail ? path.segments.count : nil
    }

    /// Appends the path to be forwarded for `path`, which is normalised and fits the route.
    func append(_ path: Span<UInt8>, to output: inout ByteBuffer) {
        output.append(prefix)
        guard let replaced else { return }
        let kept = Self.start(of: replaced, path)..<path.count
        if prefix.isEmpty, kept.isEmpty { output.append(UInt8(ascii: "/")) }
        output.append(path, kept)
    }

    /// Where the slash before segment `count` stands; the path's end when there is none.
    private static func start(of count: Int, _ path: Span<UInt8>) -> Int {
        var start = 0
        for _ in 0..<count {
            guard let slash = path.firstIndex(of: UInt8(ascii: "/"), from: start + 1) else {
                return path.count
            }
            start = slash
        }
        return start
    }
}
