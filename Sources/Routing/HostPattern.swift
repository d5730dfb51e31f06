import Base

/// The host of a route: a name, or `*.` and what a name must end in.
enum HostPattern: Sendable, Hashable {
    /// In lower case, without port and trailing dot.
    case exact([UInt8])
    /// The part behind `*.`, which one label or more must stand before.
    case suffix([UInt8])

    enum Failure: Error, Sendable, Hashable, CaseIterable {
        case empty
        case upperCase
        case port
        case trailingDot
        case star
        case unknownByte

        /// What is wrong, for the one who wrote it.
        var message: String {
            switch self {
            case .empty: "is empty"
            case .upperCase: "is to be written in lower case"
            case .port: "has a port: every port is served"
            case .trailingDot: "ends in a dot: leave it out"
            case .star: "has a \"*\" that is not the \"*.\" before a suffix"
            case .unknownByte: "has a character that no host name has"
            }
        }
    }

    /// Longer names are no names (RFC 1035 §2.3.4) and match routes without a host alone.
    static let longestName = 253

    init(_ text: String) throws(Failure) {
        var name = Array(text.utf8)
        let isSuffix = name.starts(with: Array("*.".utf8))
        if isSuffix { name.removeFirst(2) }
        guard let last = name.last, name.first != UInt8(ascii: ".") else { throw .empty }
        let isLiteral = name.first == UInt8(ascii: "[") && last == UInt8(ascii: "]") && !isSuffix
        guard last != UInt8(ascii: ".") else { throw .trailingDot }
        for byte in isLiteral ? name.dropFirst().dropLast() : name[...] {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): throw .upperCase
            case UInt8(ascii: "*"): throw .star
            case UInt8(ascii: ":") where !isLiteral: throw .port
            case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): break
            case _ where ASCII.isLetter(byte) || ASCII.isDigit(byte): break
            default: throw .unknownByte
            }
        }
        self = isSuffix ? .suffix(name) : .exact(name)
    }

    /// The name in the authority in `range`: without port and without one trailing dot.
    static func name(_ bytes: Span<UInt8>, in range: Range<Int>) -> Range<Int> {
        var end = range.upperBound
        guard let start = range.first else { return range }
        if bytes[start] == UInt8(ascii: "[") {
            while end > start, bytes[end &- 1] != UInt8(ascii: "]") { end &-= 1 }
            return start..<end
        }
        var index = end
        while index > start, ASCII.isDigit(bytes[index &- 1]) { index &-= 1 }
        if index > start, bytes[index &- 1] == UInt8(ascii: ":") { end = index &- 1 }
        if end > start, bytes[end &- 1] == UInt8(ascii: ".") { end &-= 1 }
        return start..<end
    }

    /// Whether the name in `range`, as `name(_:in:)` found it, fits.
    func matches(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        switch self {
        case .exact(let name):
            return bytes.equalsIgnoringCase(range, name.span, 0..<name.count)
        case .suffix(let suffix):
            let start = range.upperBound - suffix.count
            guard start - 1 > range.lowerBound, bytes[start - 1] == UInt8(ascii: ".") else {
                return false
            }
            return bytes.equalsIgnoringCase(
                start..<range.upperBound,
                suffix.span,
                0..<suffix.count
            )
        }
    }
}
