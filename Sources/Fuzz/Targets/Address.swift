import Base
import Config
import Reactor

extension FuzzTarget {
    /// Addresses: what is read is written so that it is read again, by us and by the system.
    static let address = FuzzTarget(
        name: "address",
        seeds: [
            "127.0.0.1:8000", "[::1]:80", ":4000", "unix:/run/x.sock", "model-0.svc:65535",
            "10.0.0.0/8", "fd00::/8", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "2001:db8::1/128",
        ],
        words: ["::", ":", "unix:/", "[", "]", "/128", "/0", "ffff", "1.2.3.4", "65536", "%"]
    ) { bytes throws(Broken) in
        let text = String(decoding: bytes, as: UTF8.self)
        if let address = Address(text) {
            let written = address.description
            try require(Address(written) == address, "\(written) is read as another")
            if case .host(let host, _) = address, host.contains(":") {
                let native = SocketAddress(numericHost: host, port: 1)
                try require(native != nil, "\(host) is none to the system")
            }
        }
        if let network = TrustedPeers.Network(text) {
            let written = network.description
            try require(TrustedPeers.Network(written) == network, "\(written) is another network")
            try require(network.contains(network.base), "a network without its base")
            let host = text.prefix { $0 != "/" }
            let native = SocketAddress(numericHost: String(host), port: 1)?.ipv6Mapped
            try require(native == network.base, "\(host) is \(String(describing: native)) natively")
        }
        try checkNative(text)
    }

    private static func checkNative(_ text: String) throws(Broken) {
        // The C library would read no further than a NUL.
        guard !text.utf8.contains(0) else { return }
        guard let address = SocketAddress(numericHost: text, port: 80) else { return }
        var output = ByteBuffer()
        address.append(textTo: &output)
        let written = output.text()
        try require(SocketAddress(numericHost: written, port: 80) == address, "became \(written)")
        let configured = Address(text.contains(":") ? "[\(text)]:80" : "\(text):80")
        try require(configured != nil, "\(text) is none to the configuration")
    }
}
