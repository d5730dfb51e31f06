/// A version as Semantic Versioning 2.0.0 orders them; build metadata does not count.
///
/// Two that are written differently, such as `1.4` and `1.4.0+a`, are equal when neither precedes
/// the other.
package struct SemanticVersion: Sendable {
    package let major: UInt32
    package let minor: UInt32
    package let patch: UInt32
    /// Dot-separated identifiers after `-`; empty for a release.
    package let prerelease: String
    /// As it was written.
    package let text: String

    /// Reads `1`, `1.4`, `1.4.0` or `1.4.0-rc.1+build`; missing parts are zero.
    package init?(_ text: String) {
        var rest = Substring(text)
        if let plus = rest.firstIndex(of: "+") {
            let build = rest[rest.index(after: plus)...]
            guard Self.areIdentifiers(build, allowLeadingZeros: true) else { return nil }
            rest = rest[..<plus]
        }
        var prerelease: Substring = ""
        if let dash = rest.firstIndex(of: "-") {
            prerelease = rest[rest.index(after: dash)...]
            guard Self.areIdentifiers(prerelease, allowLeadingZeros: false) else { return nil }
            rest = rest[..<dash]
        }
        let parts = rest.split(separator: "." as Character, omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var numbers: [UInt32] = [0, 0, 0]
        for (index, part) in parts.enumerated() {
            guard let number = Self.number(part) else { return nil }
            numbers[index] = number
        }
        major = numbers[0]
        minor = numbers[1]
        patch = numbers[2]
        self.prerelease = String(prerelease)
        self.text = text
    }

    init(_ major: UInt32, _ minor: UInt32, _ patch: UInt32, prerelease: String = "") {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        text = "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-\(prerelease)")
    }

    /// Whether both are the same but for what stands behind `-`.
    func hasSameTriple(as other: SemanticVersion) -> Bool {
        major == other.major && minor == other.minor && patch == other.patch
    }

    /// A part of the triple: digits without a leading zero (SemVer §2).
    static func number(_ part: Substring) -> UInt32? {
        let digits = part.utf8
        guard isNumeric(part), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            return nil
        }
        return UInt32(part)
    }

    private static func isNumeric(_ part: Substring) -> Bool {
        !part.isEmpty && part.utf8.allSatisfy { $0 &- 48 < 10 }
    }

    private static func areIdentifiers(_ text: Substring, allowLeadingZeros: Bool) -> Bool {
        text.split(separator: "." as Character, omittingEmptySubsequences: false).allSatisfy {
            let isWord =
                !$0.isEmpty
                && $0.utf8.allSatisfy { $0 &- 48 < 10 || ($0 | 0x20) &- 97 < 26 || $0 == 45 }
            return isWord
                && (allowLeadingZeros || !isNumeric($0) || number($0) != nil || isLong($0))
        }
    }

    /// A number too large for us is still an identifier.
    private static func isLong(_ part: Substring) -> Bool {
        part.utf8.count > 9 && part.utf8.first != UInt8(ascii: "0")
    }
}

extension SemanticVersion: Comparable, Hashable {
    package static func == (lhs: SemanticVersion, rhs: SemanticVersion) -> Bool {
        lhs.hasSameTriple(as: rhs) && lhs.prerelease == rhs.prerelease
    }

    /// Precedence (SemVer §11).
    package static func < (lhs: SemanticVersion, rhs: SemanticVersion) -> Bool {
        if lhs.major != rhs.major { return lhs.major < rhs.major }
        if lhs.minor != rhs.minor { return lhs.minor < rhs.minor }
        if lhs.patch != rhs.patch { return lhs.patch < rhs.patch }
        if lhs.prerelease.isEmpty || rhs.prerelease.isEmpty {
            return !lhs.prerelease.isEmpty && rhs.prerelease.isEmpty
        }
        return precedes(lhs.prerelease, rhs.prerelease)
    }

    /// Feeds what makes two of them equal.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(major)
        hasher.combine(minor)
        hasher.combine(patch)
        hasher.combine(prerelease)
    }

    private static func precedes(_ lhs: String, _ rhs: String) -> Bool {
        let ours = lhs.split(separator: "." as Character)
        let theirs = rhs.split(separator: "." as Character)
        for (one, other) in zip(ours, theirs) where one != other {
            switch (isNumeric(one), isNumeric(other)) {
            case (true, true):
                // Without leading zeros the longer number is the larger one.
                if one.utf8.count != other.utf8.count { return one.utf8.count < other.utf8.count }
                return one.utf8.lexicographicallyPrecedes(other.utf8)
            case (true, false): return true
            case (false, true): return false
            case (false, false): return one.utf8.lexicographicallyPrecedes(other.utf8)
            }
        }
        return ours.count < theirs.count
    }
}
