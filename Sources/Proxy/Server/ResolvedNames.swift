import Config

/// Which addresses the names of endpoints stand for, as last looked up.
package struct ResolvedNames: Sendable, Equatable {
    private var found: [Address: [Address]] = [:]

    package init() {}

    /// Addresses of one name at most; the rest is left out.
    static let addressesMax = 64

    /// Keeps what `name` stands for now, in an order that does not depend on the answer's.
    ///
    /// Says whether that is something else than before.
    mutating func set(_ name: Address, _ addresses: [Address]) -> Bool {
        let kept = Array(
            addresses.sorted { $0.description < $1.description }.prefix(Self.addressesMax)
        )
        guard found[name] != kept else { return false }
        found[name] = kept
        return true
    }

    /// What `endpoints` stand for: addresses as they are, names by what was found, each once.
    func addresses(of endpoints: [Address]) -> [Address] {
        var seen: Set<Address> = []
        return endpoints.flatMap { endpoint in
            guard case .dns = endpoint else { return [endpoint] }
            return found[endpoint] ?? []
        }.filter { seen.insert($0).inserted }
    }
}
