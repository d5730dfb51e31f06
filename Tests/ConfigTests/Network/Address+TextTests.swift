import Testing

@testable import Config

@Suite struct AddressTextTests {
    @Test(arguments: [
        (":4000", Address.any(port: 4000)), ("127.0.0.1:8000", .host("127.0.0.1", port: 8000)),
        ("[::1]:80", .host("::1", port: 80)), ("model-a.svc_1:1", .host("model-a.svc_1", port: 1)),
        ("unix:/run/m.sock", .unix(path: "/run/m.sock")),
        ("localhost:0", .host("localhost", port: 0)), ("dns:a.svc:80", .dns("a.svc", port: 80)),
    ])
    func `the five forms are read and written back`(_ text: String, _ address: Address) {
        #expect(Address(text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ":", "4000", "localhost", "::1:80", "[::1]", "[]:80", "[1.2.3.4]:80", "a b:80",
        "a:65536",
        "dns:", "dns:a", "dns:a:0", "dns:1.2.3.4:80", "dns:[::1]:80", "dns:dns:a:80", "dns::80",
        "a:-1", "a:+1", "a:", "a:80x", "1.2.3:80", "256.1.1.1:80", "12:80", "unix:", "unix:/",
        "unix:run/m.sock", "ä:80", "unix:/" + String(repeating: "a", count: 107),
        String(repeating: "a", count: 254) + ":80",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(Address(text) == nil)
    }

    @Test func `loopback finds wildcards and not sockets`() {
        #expect(Address.any(port: 1).isReachableByLoopback)
        #expect(Address.host("127.8.0.1", port: 1).isReachableByLoopback)
        #expect(!Address.host("10.0.0.1", port: 1).isReachableByLoopback)
        #expect(!Address.unix(path: "/a").isReachableByLoopback)
    }
}
