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
        let sorted = addresses.sorted { $0.description < $1.description }
        let kept = Array(sorted.prefix(Self.addressesMax))
        guard found[name] != kept else { return false }
        found[name] = kept
        return true
    }

    /// Forgets what is not one of `names` any more.
    mutating func keepOnly(_ names: Set<Address>) {
        found = found.filter { names.contains($0.key) }
    }

    /// Whether some name among `endpoints` has never been found.
    func isMissing(in endpoints: [Address]) -> Bool {
        endpoints.contains { endpoint in
            if case .dns = endpoint { found[endpoint] == nil } else { false }
        }
    }

    /// What `endpoints` stand for: addresses as they are, names by what was found, each once.
    func addresses(of endpoints: [Address]) -> [Address] {
        named(endpoints).map(\.address)
    }

    /// The same, each with the host that led to it: what its certificate must say.
    func named(_ endpoints: [Address]) -> [(address: Address, host: String)] {
        var seen: Set<Address> = []
        return endpoints.flatMap { endpoint in
            let host = endpoint.hostName
            guard case .dns = endpoint else { return [(address: endpoint, host: host)] }
            return (found[endpoint] ?? []).map { (address: $0, host: host) }
        }.filter { seen.insert($0.address).inserted }
    }
}

extension Address {
    /// The host without its port; that of a unix socket is this machine.
    var hostName: String {
        switch self {
        case .host(let host, _), .dns(let host, _): host
        case .any, .unix: "localhost"
        }
    }
}
