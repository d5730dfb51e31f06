import Access
import Config

/// What a sidecar decides by besides its upstreams: whose signed identity it believes.
package struct Sidecar: Sendable {
    let mode: IdentityConfig.Mode
    /// `nil` where the identity is not looked at.
    let verifier: IdentityVerifier?

    /// Keys that cannot be read are problems of the configuration and do not come here.
    init(_ identity: IdentityConfig, service: String) {
        mode = identity.mode
        verifier =
            mode == .off ? nil : try? IdentityVerifier(identity.keys, audience: service)
    }
}
