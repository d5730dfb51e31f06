import Crypto
import Testing

@testable import Access

@Suite struct JWKSetTests {
    private static let ed = #""kty":"OKP","crv":"Ed25519","x":"\#(Samples.edX)""#

    @Test func `usable keys are kept, others are counted`() throws {
        let set = try Self.parse(
            #"""
            {"a":{"keys":[]},"keys":[{\#(Self.ed),"kid":"1"},{"kty":"XYZ"},{},
            {"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
            {\#(Self.ed),"kid":"2","use":"enc"}],"b":[1]}
            """#
        )

        #expect(set.keys.map(\.id) == ["1"])
        #expect(set.skipped == 4)
    }

    @Test(
        arguments: [
            "", "{}", "[]", "null", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":["a"]}"#,
            #"{"keys":[[]]}"#, #"{"keys":[]"#, #"{"keys":[],"keys":[]}"#, #"{"keys":[]} x"#,
            #"{"keys":[{"kty":"OKP","kty":"EC"}]}"#, #"{"keys":null}"#,
            #"{"keys":[],"k\u0065ys":[]}"#, #"{"keys":[{}}"#,
        ]
    )
    func `what is no set is refused`(_ text: String) {
        #expect(throws: JWKSet.Failure.malformed) { try Self.parse(text) }
    }

    @Test func `an empty set is a set`() throws {
        #expect(try Self.parse(#"{"keys":[]}"#).keys.isEmpty)
    }

    @Test(arguments: [(64, true), (65, false)]) func `keys are bounded`(
        _ count: Int,
        _ isAccepted: Bool
    ) {
        let text =
            #"{"keys":["#
            + Array(repeating: "{}", count: count).joined(separator: ",") + "]}"
        let set = try? Self.parse(text)

        #expect((set != nil) == isAccepted)
    }

    @Test func `bytes are bounded`() {
        let blanks = String(repeating: " ", count: JWKSet.maximumSize)

        #expect(throws: JWKSet.Failure.tooLarge) { try Self.parse(blanks + "{}") }
    }

    @Test func `keys with one kid are all left out`() throws {
        let set = try Self.parse(
            #"{"keys":[{\#(Self.ed),"kid":"a"},{\#(Self.ed),"kid":"a"},{\#(Self.ed),"kid":"b"}]}"#
        )

        #expect(set.keys.map(\.id) == ["b"])
    }

    @Test func `a kid may return for another use`() throws {
        let set = try Self.parse(
            #"{"keys":[{\#(Self.ed),"kid":"a"},{\#(Self.ed),"kid":"a","use":"enc"}]}"#
        )

        #expect(set.keys.map(\.id) == ["a"])
    }

    @Test func `secrets and public keys do not mix`() {
        let bytes = Array(#"{"keys":[{\#(Self.ed)}]}"#.utf8)

        #expect(throws: JWKSet.Failure.mixed) { try JWKSet.parse(bytes.span, .secrets) }
    }

    @Test func `a token without kid is tried with few keys or none`() throws {
        let few = (0..<4).map { "{\(Self.ed),\"kid\":\"\($0)\"}" }.joined(separator: ",")
        let many = (0..<5).map { "{\(Self.ed),\"kid\":\"\($0)\"}" }.joined(separator: ",")

        #expect(try Self.parse("{\"keys\":[\(few)]}").candidates(nil, .edDSA).count == 4)
        #expect(try Self.parse("{\"keys\":[\(many)]}").candidates(nil, .edDSA).isEmpty)
        #expect(try Self.parse("{\"keys\":[\(many)]}").candidates("3", .edDSA).count == 1)
        #expect(try Self.parse("{\"keys\":[\(many)]}").candidates("3", .es256).isEmpty)
    }

    private static func parse(_ text: String) throws(JWKSet.Failure) -> JWKSet {
        let bytes = Array(text.utf8)
        return try JWKSet.parse(bytes.span)
    }
}
