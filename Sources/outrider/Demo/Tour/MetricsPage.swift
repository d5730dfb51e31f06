/// A page in Prometheus text format, as far as the tour reads it.
struct MetricsPage {
    let text: String

    /// The sum of all samples called `name` that carry each of `labels`, written `name="value"`;
    /// `nil` when there is none.
    func sum(of name: String, _ labels: [String] = []) -> Double? {
        var sum: Double?
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            let rest = line.dropFirst(name.count)
            guard rest.first == "{" || rest.first == " ", let space = rest.lastIndex(of: " "),
                labels.allSatisfy({ rest.holds($0) }),
                let value = Double(rest[rest.index(after: space)...])
            else { continue }
            sum = (sum ?? 0) + value
        }
        return sum
    }
}
