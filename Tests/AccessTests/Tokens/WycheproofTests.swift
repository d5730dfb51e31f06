import Crypto
import Testing

@testable import Access

/// The verdicts of Wycheproof about JSON Web Signatures and Keys, by the path of every token.
@Suite(.enabled(if: Suites.hasWycheproof)) struct WycheproofTests {
    /// Verdicts of the suite that contradict it or the standard.
    ///
    /// 367 and 370 are labelled invalid and are byte for byte the valid 357; 372 and 373 have a `?` among
    /// their base64url and are labelled valid (RFC 7515 §2 knows no such character).
    private static let errata: [Int: Bool] = [367: true, 370: true, 372: false, 373: false]

    /// Keys of RFC 7520 that the suite gave an `alg` that the figure itself breaks: PS256 for a
    /// signature by PS384, and ES521, which does not exist.
    private static let mislabelled: Set = [346, 347, 350, 351]

    @Test func `signatures are judged alike`() {
        let all = Suites.signatures("json_web_signature")

        #expect(all.count == 401)
        #expect(all.count { !$0.isValid } == 355)
        for test in all {
            let expected = Self.errata[test.id] ?? test.isValid
            let keys = Self.mislabelled.contains(test.id) ? unlabelled(test.keys) : test.keys
            let outcome = judge(test, keys)
            #expect((outcome == nil) == expected, "\(test.id) \(test.comment): \(outcome ?? "")")
        }
    }

    @Test func `keys that contradict their tokens are of no use as they are`() {
        for test in Suites.signatures("json_web_signature")
        where Self.mislabelled.contains(test.id) {
            #expect(judge(test, test.keys) != nil, "\(test.id) \(test.comment)")
        }
    }

    @Test func `keys and sets of keys are judged alike`() {
        let all = Suites.signatures("json_web_key")

        #expect(all.count == 26)
        for test in all {
            let outcome = judge(test, test.keys)
            #expect((outcome == nil) == test.isValid, "\(test.id) \(test.comment)")
        }
    }

    @Test func `signatures with keys of other kinds are judged alike`() {
        for test in Suites.signatures("json_web_crypto")
        where test.text.split(separator: ".", omittingEmptySubsequences: false).count == 3 {
            let outcome = judge(test, test.keys)
            #expect((outcome == nil) == test.isValid, "\(test.id) \(test.comment)")
        }
    }

    /// Why the signature is refused; `nil` when it is not.
    private func judge(_ test: Suites.Signature, _ keys: [UInt8]) -> String? {
        let text = Array(test.text.utf8)
        let set: JWKSet
        do throws(JWKSet.Failure) {
            set = try JWKSet.parse(keys.span, test.areSecrets ? .secrets : .publicKeys)
        } catch {
            return "\(error)"
        }
        do throws(JWS.Refusal) {
            let token = try JWS(compact: text.span)
            var reason: String? = "no key"
            for key in set.candidates(token.keyID, token.algorithm) {
                _ = try JWS.verify(compact: text.span, key: key)
                reason = nil
            }
            return reason
        } catch {
            return "\(error)"
        }
    }

    /// The set without the members that say what its keys are for.
    private func unlabelled(_ keys: [UInt8]) -> [UInt8] {
        let text = String(decoding: keys, as: UTF8.self)
            .replacing(#/"alg":"[^"]*",?/#, with: "")
            .replacing(",}", with: "}")
        return Array(text.utf8)
    }
}
