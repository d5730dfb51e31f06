/// Finds what a misspelt word was probably meant to be.
package enum Spelling {
    /// The candidate nearest to `word`, or `nil` when none is near enough to be meant.
    ///
    /// Near enough is a third of the word, at least one edit; case does not count.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        guard word.unicodeScalars.count <= 64 else { return nil }
        let folded = word.lowercased()
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(from: folded, to: candidate.lowercased())
            let allowed = max(1, candidate.count / 3)
            guard distance <= allowed, distance < candidate.count else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// The clause to put behind a complaint about `word`; empty when nothing is near.
    package static func suggestion(for word: String, among candidates: [String]) -> String {
        nearest(to: word, among: candidates).map { ", did you mean \"\($0)\"?" } ?? ""
    }

    /// Insertions, removals, replacements and swaps of neighbours that turn one into the other.
    package static func distance(from first: String, to second: String) -> Int {
        let first = Array(first.unicodeScalars)
        let second = Array(second.unicodeScalars)
        var older: [Int] = []
        var previous = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                let isSame = first[row] == second[column]
                var cost = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1)
                cost = min(cost, current[column] + 1)
                let isSwapped =
                    row > 0 && column > 0 && first[row] == second[column - 1]
                    && first[row - 1] == second[column]
                if isSwapped { cost = min(cost, older[column - 1] + 1) }
                current.append(cost)
            }
            older = previous
            previous = current
        }
        return previous[second.count]
    }
}
