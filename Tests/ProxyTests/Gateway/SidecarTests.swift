import Access
import Config
import Testing

@testable import Proxy

@Suite struct SidecarTests {
    @Test func `an identity is looked at unless that is off`() {
        var identity = IdentityConfig()
        identity.keys = [.played]
        #expect(Sidecar(identity, service: "model").verifier == nil)

        identity.mode = .verify
        #expect(Sidecar(identity, service: "model").verifier != nil)
    }
}
