import Testing

@testable import Access

@Suite struct JSONWebKeyTests {
    private static let ed = #""kty":"OKP","crv":"Ed25519","x":"\#(Samples.edX)""#
    private static let ec =
        #""kty":"EC","crv":"P-256","x":"\#(Samples.ecX)","y":"\#(Samples.ecY)""#

    @Test(
        arguments: [
            ed, ed + #","use":"sig""#, ed + #","key_ops":["verify"]"#, ed + #","alg":"EdDSA""#, ec,
            ec + #","alg":"ES256","kid":"x","unknown":{"a":[1]}"#,
            #""kty":"RSA","e":"AQAB","n":"\#(Samples.rsaModulus)""#,
            ec + #","d":"c2VjcmV0""#,
        ]
    )
    func `a key that can verify is read`(_ members: String) throws {
        #expect(try Self.read(members) == nil)
    }

    @Test(
        arguments: [
            (ed + #","use":"enc""#, .otherUse), (ed + #","use":1"#, .malformed),
            (ed + #","key_ops":["sign"]"#, .otherUse), (ed + #","key_ops":[]"#, .otherUse),
            (ed + #","key_ops":"verify""#, .malformed), (ed + #","alg":"ES256""#, .unsupported),
            (ed + #","alg":"none""#, .unsupported), (ed + #","alg":1"#, .malformed),
            (ed + #","kid":1"#, .malformed), (ec + #","alg":"ES384""#, .unsupported),
            (#""crv":"Ed25519""#, .malformed), (#""kty":"XYZ""#, .unsupported),
            (#""kty":"OKP","crv":"X25519","x":"\#(Samples.edX)""#, .unsupported),
            (#""kty":"OKP","crv":"Ed25519","x":"AAAA""#, .weak),
            (#""kty":"OKP","crv":"Ed25519","x":"\#(Samples.edX)=""#, .malformed),
            (#""kty":"OKP","crv":"Ed25519""#, .malformed),
            (#""kty":"EC","crv":"P-384","x":"\#(Samples.ecX)","y":"\#(Samples.ecY)""#, .weak),
            (#""kty":"EC","crv":"P-256","x":"\#(Samples.ecX)","y":"\#(Samples.ecX)""#, .weak),
            (
                #""kty":"EC","crv":"secp256k1","x":"\#(Samples.ecX)","y":"\#(Samples.ecY)""#,
                .unsupported
            ),
            (#""kty":"RSA","e":"AQAB","n":"\#(Samples.weakModulus)""#, .weak),
            (#""kty":"RSA","e":"AQ","n":"\#(Samples.rsaModulus)""#, .weak),
            (#""kty":"RSA","e":"","n":"\#(Samples.rsaModulus)""#, .weak),
            (#""kty":"RSA","n":"\#(Samples.rsaModulus)""#, .malformed),
            (#""kty":"oct","k":"AAAA""#, .weak), (#""kty":"oct","k":"""#, .weak),
            (#""kty":"oct","k":"AAAA","alg":"HS256""#, .unsupported),
        ] as [(String, JSONWebKey.Failure)]
    )
    func `a key of no use is skipped with its reason`(
        _ members: String,
        _ failure: JSONWebKey.Failure
    ) throws {
        #expect(try Self.read(members) == failure)
    }

    /// Why the key is of no use; `nil` when it is.
    private static func read(_ members: String) throws -> JSONWebKey.Failure? {
        let bytes = Array("{\(members)}".utf8)
        let object = try JSONMembers(bytes.span)
        do throws(JSONWebKey.Failure) {
            _ = try JSONWebKey.read(object, bytes.span)
            return nil
        } catch {
            return error
        }
    }
}
