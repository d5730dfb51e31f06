/// What the gateway tells a sidecar about a caller, signed (`x-outrider-identity`).
package struct IdentityClaims: Sendable, Equatable {
    package var subject = ""
    package var tenant = ""
    package var tier = ""
    package var scopes: [String] = []
    /// The service that it is for; another one must refuse it.
    package var audience = ""
    /// Name of the gateway's route.
    package var route = ""
    /// Unix seconds.
    package var issuedAt: Int64 = 0
    /// Unix seconds from which it counts no more.
    package var expires: Int64 = 0

    package init() {}
}
