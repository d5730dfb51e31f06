/// Which versions will do: `1.4.0`, `^1.4`, `~1.4.2`, `>=1.2 <2.0`, `1.x` or `*`.
///
/// Conditions parted by spaces must all hold. Read as npm reads them: a prerelease fits only
/// where the range names a prerelease of the same `major.minor.patch`.
package struct VersionRange: Sendable, Hashable {
    private enum Relation: Sendable, Hashable {
        case equal, less, lessOrEqual, greater, greaterOrEqual
    }

    private struct Condition: Sendable, Hashable {
        let relation: Relation
        let version: SemanticVersion
        /// Whether its author wrote the prerelease.
        var namesPrerelease = false

        func holds(_ other: SemanticVersion) -> Bool {
            switch relation {
            case .equal: other == version
            case .less: other < version
            case .lessOrEqual: other <= version
            case .greater: other > version
            case .greaterOrEqual: other >= version
            }
        }
    }

    /// Longer texts are no ranges.
    static let longestText = 256

    /// As it was written.
    package let text: String
    private var conditions: [Condition] = []

    package init?(_ text: String) {
        self.text = text
        guard !text.isEmpty, text.utf8.count <= Self.longestText else { return nil }
        var rest = Substring(text)
        var count = 0
        while let operation = Self.takeOperation(&rest) {
            let end = rest.firstIndex { $0 == " " || "<>=^~".contains($0) } ?? rest.endIndex
            guard let partial = PartialVersion(rest[..<end]), add(operation, partial) else {
                return nil
            }
            rest = rest[end...]
            count += 1
        }
        guard rest.isEmpty, count > 0 else { return nil }
    }

    /// Whether `version` will do.
    package func contains(_ version: SemanticVersion) -> Bool {
        guard conditions.allSatisfy({ $0.holds(version) }) else { return false }
        return version.prerelease.isEmpty
            || conditions.contains {
                $0.namesPrerelease && $0.version.hasSameTriple(as: version)
            }
    }

    /// The place of the highest version that will do.
    package func highest(of versions: [SemanticVersion]) -> Int? {
        var best: Int?
        for index in versions.indices where contains(versions[index]) {
            if let known = best, versions[known] >= versions[index] { continue }
            best = index
        }
        return best
    }

    package static func == (lhs: VersionRange, rhs: VersionRange) -> Bool {
        lhs.text == rhs.text
    }

    /// Feeds what makes two of them equal.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }

    /// What stands before the next version, without the spaces around it; `nil` at the end.
    private static func takeOperation(_ rest: inout Substring) -> Substring? {
        rest = rest.drop { $0 == " " }
        guard !rest.isEmpty else { return nil }
        let operation = rest.prefix { "<>=^~".contains($0) }
        rest = rest[operation.endIndex...].drop { $0 == " " }
        return operation
    }

    /// Adds what `operation` says of `partial`; `false` when it says nothing.
    private mutating func add(_ operation: Substring, _ partial: PartialVersion) -> Bool {
        if partial.count == 0 { return operation == "" || operation == "^" || operation == "~" }
        switch operation {
        case "", "=":
            guard partial.count < 3 else { return append(.equal, partial) }
            return append(.greaterOrEqual, partial) && append(below: partial, at: partial.count)
        case "~":
            return append(.greaterOrEqual, partial)
                && append(below: partial, at: min(partial.count, 2))
        case "^":
            return append(.greaterOrEqual, partial)
                && append(below: partial, at: partial.caretPlace)
        case ">=": return append(.greaterOrEqual, partial)
        case "<":
            return partial.count < 3 ? append(.less, partial, "0") : append(.less, partial)
        case ">":
            guard partial.count < 3 else { return append(.greater, partial) }
            guard let next = partial.next(at: partial.count) else { return false }
            conditions.append(Condition(relation: .greaterOrEqual, version: next))
            return true
        case "<=":
            guard partial.count < 3 else { return append(.lessOrEqual, partial) }
            return append(below: partial, at: partial.count)
        default: return false
        }
    }

    private mutating func append(
        _ relation: Relation,
        _ partial: PartialVersion,
        _ floor: String = ""
    ) -> Bool {
        let prerelease = floor.isEmpty ? partial.prerelease : floor
        conditions.append(
            Condition(
                relation: relation,
                version: SemanticVersion(
                    partial.numbers.0,
                    partial.numbers.1,
                    partial.numbers.2,
                    prerelease: prerelease
                ),
                namesPrerelease: !partial.prerelease.isEmpty
            )
        )
        return true
    }

    /// Adds that a version stands below the next one at `place`, its prereleases included.
    private mutating func append(below partial: PartialVersion, at place: Int) -> Bool {
        guard let next = partial.next(at: place, prerelease: "0") else { return false }
        conditions.append(Condition(relation: .less, version: next))
        return true
    }
}

/// A version in a range, of which parts may be missing or `x`.
private struct PartialVersion {
    var numbers: (UInt32, UInt32, UInt32) = (0, 0, 0)
    /// How many parts are numbers.
    var count = 0
    var prerelease = ""

    init?(_ text: Substring) {
        if text.contains("-" as Character) || text.contains("+" as Character) {
            let triple = text.prefix { $0 != "-" && $0 != "+" }
            guard triple.filter({ $0 == "." }).count == 2,
                let version = SemanticVersion(String(text))
            else { return nil }
            numbers = (version.major, version.minor, version.patch)
            count = 3
            prerelease = version.prerelease
            return
        }
        let parts = text.split(separator: "." as Character, omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var values: [UInt32] = []
        var isOpen = false
        for part in parts {
            if part == "x" || part == "X" || part == "*" {
                isOpen = true
            } else {
                guard !isOpen, let number = SemanticVersion.number(part) else { return nil }
                values.append(number)
            }
        }
        count = values.count
        values += [0, 0, 0]
        numbers = (values[0], values[1], values[2])
    }

    /// Which part `^` lets grow no further: the first that is not zero, or the last one given.
    var caretPlace: Int {
        if numbers.0 > 0 || count == 1 { return 1 }
        if numbers.1 > 0 || count == 2 { return 2 }
        return 3
    }

    /// The version that follows when part `place` (1 to 3) grows by one.
    func next(at place: Int, prerelease: String = "") -> SemanticVersion? {
        let old = place == 1 ? numbers.0 : place == 2 ? numbers.1 : numbers.2
        let (grown, overflow) = old.addingReportingOverflow(1)
        if overflow { return nil }
        switch place {
        case 1: return SemanticVersion(grown, 0, 0, prerelease: prerelease)
        case 2: return SemanticVersion(numbers.0, grown, 0, prerelease: prerelease)
        default: return SemanticVersion(numbers.0, numbers.1, grown, prerelease: prerelease)
        }
    }
}
