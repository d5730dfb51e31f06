import Testing

@testable import Config

@Suite struct ConfigTypeNetworkTests {
    @Test(arguments: [
        (
            "upstream.endpoints", "['http://127.0.0.1:8000/v1']",
            "upstream.endpoints[0]: \"http://127.0.0.1:8000/v1\" is a URL, write \"127.0.0.1:8000\""
        ),
        (
            "upstream.endpoints", "[':8000']",
            "upstream.endpoints[0]: needs a host, such as 127.0.0.1:8000"
        ),
        ("upstream.endpoints", "['a:0']", "upstream.endpoints[0]: port 0 cannot be connected to"),
        (
            "admin", "'4001'",
            "admin: \"4001\" is not an address, write HOST:PORT, [IPv6]:PORT, :PORT or unix:/path"
        ),
        (
            "upstream.endpoints", "['dns:a:1']",
            "upstream.endpoints[0]: dns:a:1 is for a gateway, write a:1"
        ),
        ("admin", "'dns:a:1'", "admin: a listener is bound to an address, not to dns:a:1"),
        ("admin", "4001", "admin: must be an address in quotes, not a number"),
        ("listen", "[{}]", "listen[0]: lacks the key \"address\""),
        (
            "listen", "[{ address: ':1', protocol: 'h3' }]",
            "listen[0].protocol: \"h3\" is not a protocol; valid are auto, http1, h2c"
        ),
        (
            "trustedPeers", "['loopbak']",
            "trustedPeers: \"loopbak\" is not an address block, did you mean \"loopback\"?"
        ),
        (
            "trustedPeers", "['10.1.0.0/8']",
            "trustedPeers: \"10.1.0.0/8\" is not an address block, "
                + "write it like 10.0.0.0/8 or fd00::/8"
        ),
        ("trustedPeers", "'unix'", "trustedPeers: must be a list, not a string"),
    ])
    func `a bad address is told with a good one`(
        _ path: String,
        _ value: String,
        _ problem: String
    ) {
        let problems = ConfigText(ConfigText.setting(path, to: value)).problems

        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix(": \(problem)") == true, "\(problems)")
    }

    @Test func `a listener may ask the system for a port`() throws {
        let config = try ConfigText("{ listen: ['127.0.0.1:0', '[::1]:0'], admin: ':0' }").sidecar()

        let addresses = config.server.listen.map(\.address)
        #expect(addresses == [.host("127.0.0.1", port: 0), .host("::1", port: 0)])
    }
}
