import Access
package import Config

/// What a sidecar decides by besides its upstreams: whose signed identity it believes.
package struct Sidecar: Sendable {
    let mode: IdentityConfig.Mode
    let verifier: IdentityVerifier

    init(_ identity: IdentityConfig) {
        mode = identity.mode
        verifier = IdentityVerifier(identity.keys)
    }
}
