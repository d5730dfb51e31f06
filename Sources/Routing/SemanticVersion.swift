/// A version as Semantic Versioning 2.0.0 orders them; build metadata does not count.
package struct SemanticVersion: Sendable, Hashable {
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
        if let plus = rest.firstIndex(of: "+") { rest = rest[..<plus] }
        var prerelease: Substring = ""
        if let dash = rest.firstIndex(of: "-") {
            prerelease = rest[rest.index(after: dash)...]
            if prerelease.isEmpty { return nil }
            rest = rest[..<dash]
        }
        let parts = rest.split(separator: "." as Character, omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var numbers: [UInt32] = [0, 0, 0]
        for (index, part) in parts.enumerated() {
            guard !part.isEmpty, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt32(part)
            else { return nil }
            numbers[index] = number
        }
        major = numbers[0]
        minor = numbers[1]
        patch = numbers[2]
        self.prerelease = String(prerelease)
        self.text = text
    }
}

/// Which versions will do: `1.4.0`, `^1.4`, `~1.4.2`, `>=1.2 <2.0`, `1.x` or `*`.
package struct VersionRange: Sendable, Hashable {
    /// As it was written.
    package let text: String

    package init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        self.text = text
    }
}
