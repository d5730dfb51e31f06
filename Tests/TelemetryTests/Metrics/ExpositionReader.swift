/// A strict reader of Prometheus' text format, enough to say that a text is well formed.
struct ExpositionReader {
    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Malformed: Error {
        let line: String
    }

    /// Type by family, in the order of the text.
    private(set) var families: [(name: String, type: String)] = []
    private(set) var samples: [Sample] = []
    private var helped: Set<String> = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "no line feed at the end") }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            try read(String(line))
        }
    }

    private mutating func read(_ line: String) throws {
        if let help = line.wholeMatch(of: /# HELP ([a-z0-9_]+) (.+)/) {
            let isNew = helped.insert(String(help.1)).inserted
            guard isNew else { throw Malformed(line: line) }
        } else if let type = line.wholeMatch(of: /# TYPE ([a-z0-9_]+) (counter|gauge|histogram)/) {
            let isNew = !families.contains { $0.name == type.1 }
            guard isNew, helped.contains(String(type.1)) else { throw Malformed(line: line) }
            families.append((String(type.1), String(type.2)))
        } else {
            try readSample(line)
        }
    }

    private mutating func readSample(_ line: String) throws {
        guard let match = line.wholeMatch(of: /([a-z0-9_]+)(?:\{(.*)\})? (\S+)/),
            let family = families.last, let value = Double(match.3)
        else { throw Malformed(line: line) }
        let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { family.name + $0 == match.1 }) else {
            throw Malformed(line: line)
        }
        var labels: [String: String] = [:]
        var rest = match.2 ?? ""
        while !rest.isEmpty {
            guard let label = rest.prefixMatch(of: /([a-z_]+)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/),
                labels.updateValue(String(label.2), forKey: String(label.1)) == nil
            else { throw Malformed(line: line) }
            rest = rest[label.range.upperBound...]
        }
        let sample = Sample(name: String(match.1), labels: labels, value: value)
        guard !samples.contains(where: { $0.name == sample.name && $0.labels == labels }) else {
            throw Malformed(line: line)
        }
        samples.append(sample)
    }
}
