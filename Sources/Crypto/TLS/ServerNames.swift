/// Which of several certificates stands for a name (RFC 9525 §6.3).
struct ServerNames: Sendable {
    private var exact: [String: Int] = [:]
    /// By what stands behind `*.`.
    private var wildcards: [String: Int] = [:]

    /// `hosts` in lower case, by certificate; of several that have a name the first keeps it.
    init(_ hosts: [[String]]) {
        for (index, names) in hosts.enumerated() {
            for name in names {
                if name.hasPrefix("*.") {
                    let rest = String(name.dropFirst(2))
                    wildcards[rest] = wildcards[rest] ?? index
                } else {
                    exact[name] = exact[name] ?? index
                }
            }
        }
    }

    /// The certificate for a name; a wildcard stands for exactly one label.
    func find(_ name: String) -> Int? {
        let name = name.lowercased()
        if let index = exact[name] { return index }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
        return wildcards[String(name[name.index(after: dot)...])]
    }
}
