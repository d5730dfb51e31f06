package import Base

/// Token introspection (RFC 7662): what is asked, and what the answer means; fetching is not
/// done here.
package enum Introspection {
    package enum Answer: Sendable {
        case active(Principal)
        case inactive
        /// Not an answer at all; nothing is known about the token.
        case failed
    }

    /// Bytes of an answer at most.
    package static let maximumAnswer = 65_536

    /// Appends the form that asks about `token` (RFC 7662 §2.1).
    package static func appendBody(_ token: Span<UInt8>, to output: inout ByteBuffer) {
        output.append("token=")
        appendFormEncoded(token, to: &output)
        output.append("&token_type_hint=access_token")
    }

    /// Appends the value of `Authorization`: id and secret, form-encoded (RFC 6749 §2.3.1).
    package static func appendAuthorization(
        _ settings: IntrospectionSettings,
        to output: inout ByteBuffer
    ) {
        var plain = ByteBuffer()
        appendFormEncoded(Array(settings.clientID.utf8).span, to: &plain)
        plain.append(UInt8(ascii: ":"))
        appendFormEncoded(Array(settings.clientSecret.utf8).span, to: &plain)
        output.append("Basic ")
        var text: [UInt8] = []
        plain.withReadable { Base64URL.append($0, to: &text) }
        for digit in text { output.append(standardDigit(digit)) }
        for _ in 0..<(4 - text.count % 4) % 4 { output.append(UInt8(ascii: "=")) }
    }

    /// What the body of a 200 says (RFC 7662 §2.2).
    package static func parse(
        answer: Span<UInt8>,
        _ settings: IntrospectionSettings,
        claimNames: [String] = [],
        nowUnix: Int64
    ) -> Answer {
        guard answer.count <= maximumAnswer else { return .failed }
        do throws(TokenClaims.Failure) {
            let claims = try TokenClaims(answer.array(0..<answer.count))
            guard claims.isBoolean("active") else { return .failed }
            guard claims.isTrue("active") else { return .inactive }
            return try read(claims, settings, claimNames, nowUnix)
        } catch {
            // Neither active nor inactive: the server does not speak RFC 7662.
            return .failed
        }
    }

    private static func read(
        _ claims: TokenClaims,
        _ settings: IntrospectionSettings,
        _ claimNames: [String],
        _ nowUnix: Int64
    ) throws(TokenClaims.Failure) -> Answer {
        let expires = try claims.time("exp").map { Int64($0.rounded(.up)) }
        if let expires, nowUnix >= expires { return .inactive }
        if let start = try claims.time("nbf"), Double(nowUnix) < start { return .inactive }
        var subject = try claims.text("sub")
        if subject == nil { subject = try claims.text("username") }
        if subject == nil { subject = try claims.text("client_id") }
        let names = TokenClaims.Names(
            tenant: settings.tenantClaim,
            tier: settings.tierClaim,
            scopes: settings.scopesClaim,
            models: settings.modelsClaim,
            others: claimNames
        )
        return .active(try claims.principal(subject: subject ?? "", names, expires: expires))
    }

    private static func appendFormEncoded(_ bytes: Span<UInt8>, to output: inout ByteBuffer) {
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let isPlain =
                ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            if isPlain {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(upperHex(byte >> 4))
                output.append(upperHex(byte & 15))
            }
        }
    }

    private static func upperHex(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func standardDigit(_ digit: UInt8) -> UInt8 {
        switch digit {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: digit
        }
    }
}
