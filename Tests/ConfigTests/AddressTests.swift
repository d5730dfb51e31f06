import Testing

@testable import Config

@Suite struct AddressTests {
    @Test func `an IPv6 host is shown in brackets`() {
        #expect(Address.host("::1", port: 80).description == "[::1]:80")
        #expect(Address.any(port: 80).description == ":80")
        #expect(Address.unix(path: "/run/m.sock").description == "unix:/run/m.sock")
    }
}
