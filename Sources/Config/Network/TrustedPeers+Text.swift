/// Trusted peers as they are written: `loopback`, `unix`, an address or a CIDR block.
extension TrustedPeers {
    /// The list as a configuration writes it.
    package var words: [String] {
        (loopback ? ["loopback"] : []) + (unix ? ["unix"] : []) + networks.map(\.description)
    }

    /// Adds what `word` names; `false` when it names nothing.
    mutating func insert(_ word: String) -> Bool {
        switch word {
        case "loopback": loopback = true
        case "unix": unix = true
        default:
            guard let network = Network(word) else { return false }
            networks.append(network)
        }
        return true
    }

    /// Nobody at all, to be filled by `insert`.
    static var nobody: TrustedPeers {
        var peers = TrustedPeers()
        peers.loopback = false
        peers.unix = false
        return peers
    }
}

extension TrustedPeers.Network: CustomStringConvertible {
    /// Reads `10.0.0.0/8`, `fd00::/8` or a lone address.
    ///
    /// Bits of the host part must be zero: `10.1.2.3/8` is more often a slip than a wish.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = NumericAddress.parse(parts[0]) else {
            return nil
        }
        let width = parts[0].contains(":") ? 128 : 32
        var length = width
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ $0 &- 48 < 10 }),
                let written = Int(parts[1]), written <= width
            else { return nil }
            length = written
        }
        let prefixLength = length + 128 - width
        let host = prefixLength == 0 ? UInt128.max : (1 << UInt128(128 - prefixLength)) - 1
        guard base & host == 0 else { return nil }
        self.init(base: base, prefixLength: prefixLength)
    }

    /// Whether `address`, IPv4 in its mapped form, lies in the block.
    package func contains(_ address: UInt128) -> Bool {
        prefixLength == 0 || (address ^ base) >> UInt128(128 - prefixLength) == 0
    }

    package var description: String {
        if prefixLength >= 96, base >> 32 == NumericAddress.mappedPrefix >> 32 {
            let bytes = stride(from: 24, through: 0, by: -8).map { "\(base >> UInt128($0) & 255)" }
            return "\(bytes.joined(separator: "."))/\(prefixLength - 96)"
        }
        let groups = stride(from: 112, through: 0, by: -16).map {
            String(base >> UInt128($0) & 0xffff, radix: 16)
        }
        return "\(groups.joined(separator: ":"))/\(prefixLength)"
    }
}
