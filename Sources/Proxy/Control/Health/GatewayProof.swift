import Access

/// The line by which a sidecar knows that it is its gateway that asks how it is.
///
/// Signed once for each service and used until half its life.
struct GatewayProof {
    private struct Signed {
        let line: [UInt8]
        /// Unix seconds at which it is as good as new; the wall clock may jump.
        let isFresh: Range<Int64>
    }

    let gateway: Gateway
    private var signed: [String: Signed] = [:]

    init(_ gateway: Gateway) {
        self.gateway = gateway
    }

    /// A whole line of a head; empty when nothing is signed.
    mutating func line(for service: String, now unixSeconds: Int64) -> [UInt8] {
        guard let signer = gateway.signer else { return [] }
        if let kept = signed[service], kept.isFresh.contains(unixSeconds) { return kept.line }
        var claims = IdentityClaims()
        claims.subject = "outrider-gateway"
        claims.audience = service
        claims.issuedAt = unixSeconds
        claims.expires = unixSeconds + gateway.ttl
        let line = Array("x-outrider-identity: ".utf8) + signer.sign(claims) + [13, 10]
        let halfLife = max(1, gateway.ttl / 2)
        signed[service] = Signed(line: line, isFresh: unixSeconds..<(unixSeconds + halfLife))
        return line
    }
}
