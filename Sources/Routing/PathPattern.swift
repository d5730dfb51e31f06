import Base

/// The path of a route: literal segments, `*`, `{version}`, and `**` at the end.
struct PathPattern: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        /// Folded as `PathFolding` does it.
        case literal([UInt8])
        /// `*`: one segment that is not empty.
        case any
        /// `{version}`: one segment that is not empty and names the version.
        case version
    }

    enum Failure: Error, Sendable, Hashable, CaseIterable {
        case noSlash
        case emptySegment
        case starInside
        case tailInside
        case unknownBraces
        case secondVersion
        case notNormal
        case tooManySegments

        /// What is wrong, for the one who wrote it.
        var message: String {
            switch self {
            case .noSlash: "must begin with \"/\""
            case .emptySegment: "has an empty segment (\"//\")"
            case .starInside: "has a \"*\" that is not a whole segment"
            case .tailInside: "has a \"**\" that is not its last segment"
            case .unknownBraces: "has braces that are not \"{version}\""
            case .secondVersion: "has \"{version}\" twice"
            case .notNormal:
                "is not in normal form: no dot segments, backslashes or needless escapes,"
                    + " and hexadecimal digits in upper case"
            case .tooManySegments: "has more than \(PathPattern.maximumSegments) segments"
            }
        }
    }

    /// Bounds how deep a search goes.
    static let maximumSegments = 64

    private(set) var segments: [Segment] = []
    /// Whether `**` stands behind the segments.
    private(set) var hasTail = false
    /// Which segment is `{version}`.
    private(set) var versionSegment: Int?

    init(_ text: String) throws(Failure) {
        guard text.utf8.first == UInt8(ascii: "/") else { throw .noSlash }
        let parts = Array(text.utf8).dropFirst().split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        guard parts.count <= Self.maximumSegments else { throw .tooManySegments }
        for (index, part) in parts.enumerated() {
            try take(Array(part), isLast: index == parts.count - 1)
        }
    }

    /// Whether it has neither `*` nor `{version}` nor `**`.
    var isExact: Bool {
        !hasTail && !segments.contains(.any) && !segments.contains(.version)
    }

    /// The pattern without its texts: what makes it more or less specific.
    ///
    /// One letter for each segment: `=` literal, `?` any; `*` for the tail.
    var shape: String {
        segments.map { segment in
            if case .literal = segment { "=" } else { "?" }
        }.joined() + (hasTail ? "*" : "")
    }

    /// Whether a path fits that is normalised and folded; for explanations and tests.
    func matches(_ path: Span<UInt8>) -> Bool {
        var start = 1
        for segment in segments {
            guard start <= path.count else { return false }
            let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
            switch segment {
            case .literal(let text):
                guard path.equals(start..<end, text.span, 0..<text.count) else { return false }
            case .any, .version:
                guard start < end else { return false }
            }
            start = end + 1
        }
        return hasTail || start > path.count
    }

    private mutating func take(_ part: [UInt8], isLast: Bool) throws(Failure) {
        let star = UInt8(ascii: "*")
        if part == [star, star] {
            guard isLast else { throw .tailInside }
            hasTail = true
        } else if part == [star] {
            segments.append(.any)
        } else if part == Array("{version}".utf8) {
            guard versionSegment == nil else { throw .secondVersion }
            versionSegment = segments.count
            segments.append(.version)
        } else {
            guard !part.isEmpty || isLast else { throw .emptySegment }
            guard !part.contains(star) else { throw .starInside }
            guard !part.contains(UInt8(ascii: "{")), !part.contains(UInt8(ascii: "}")) else {
                throw .unknownBraces
            }
            let path = [UInt8(ascii: "/")] + part
            guard PathNormaliser.check(path.span, 0..<path.count) == .normal else {
                throw .notNormal
            }
            segments.append(.literal(PathFolding.fold(part.span)))
        }
    }
}
