import Testing

@testable import Access

@Suite struct TokenClaimsTests {
    @Test func `words are a text or a list`() throws {
        let claims = try TokenClaims(
            Array(#"{"a":" x  y ","b":["x y","z"],"c":"","d":1,"e":["x",{}]}"#.utf8)
        )

        #expect(try claims.words("a") == ["x", "y"])
        #expect(try claims.words("b") == ["x y", "z"])
        #expect(try claims.words("c") == [])
        #expect(try claims.words("f") == nil)
        #expect(throws: TokenClaims.Failure.malformed) { try claims.words("d") }
        #expect(throws: TokenClaims.Failure.malformed) { try claims.words("e") }
    }

    @Test func `texts and lists are bounded`() throws {
        let long = String(repeating: "a", count: 513)
        let many = Array(repeating: #""a""#, count: 257).joined(separator: ",")
        let claims = try TokenClaims(
            Array(#"{"a":"\#(long)","b":["\#(long)"],"c":[\#(many)],"d":"\#(long) b"}"#.utf8)
        )

        #expect(throws: TokenClaims.Failure.malformed) { try claims.text("a") }
        for name in ["a", "b", "c", "d"] {
            #expect(throws: TokenClaims.Failure.malformed) { try claims.words(name) }
        }
    }

    @Test func `only the word true is true`() throws {
        let claims = try TokenClaims(Array(#"{"a":true,"b":false,"c":"true","d":1}"#.utf8))

        #expect(
            ["a", "b", "c", "d", "e"].map { claims.isTrue($0) } == [true]
                + Array(repeating: false, count: 4)
        )
        #expect(["a", "b", "c", "d"].map { claims.isBoolean($0) } == [true, true, false, false])
    }
}
