import Access
import Base

extension FuzzTarget {
    /// Sets of JSON Web Keys: bounded, without secrets, and no id stands for two keys.
    static let keySet = FuzzTarget(
        name: "key-set",
        seeds: [
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","#
                + #""x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","kid":"b","use":"sig","alg":"ES256","#
                + #""x":"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY","#
                + #""y":"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw"}]}"#,
            #"{"keys":[{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#,
            #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","key_ops":["verify"]}],"keys":[]}"#,
        ],
        words: [
            "\"keys\":[", "\"kty\":", "\"RSA\"", "\"EC\"", "\"OKP\"", "\"oct\"", "\"crv\":",
            "\"n\":",
            "\"e\":\"AQAB\"", "\"x\":", "\"y\":", "\"k\":", "\"kid\":", "\"use\":\"sig\"",
            "\"alg\":",
        ]
    ) { bytes throws(Broken) in
        let set: JWKSet
        do throws(JWKSet.Failure) {
            set = try JWKSet.parse(bytes.span)
        } catch {
            return
        }
        try require(set.keys.count + set.skipped <= JWKSet.maximumCount, "too many keys")
        for key in set.keys {
            guard case .publicKey = key.material else { throw Broken("a secret in a public set") }
            guard let id = key.id else { continue }
            try require(set.keys.count { $0.id == id } == 1, "two keys are called \(id)")
        }
    }
}
