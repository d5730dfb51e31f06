import Testing

@testable import Access

@Suite struct JSONMembersTests {
    @Test func `members keep names and values`() throws {
        let bytes = Array(#"{"a":"x","\u0062":[ "y", "z" ],"c":[],"d":["y",1],"e":[["y"]]}"#.utf8)
        let object = try JSONMembers(bytes.span)

        let text = object.text("a", bytes.span)
        #expect(text == "x")
        #expect(object["b"]?.strings == ["y", "z"])
        #expect(object["c"]?.strings == [])
        #expect(object["d"]?.strings == nil)
        #expect(object["e"]?.strings == nil)
        #expect(object["f"] == nil)
    }

    @Test(
        arguments: [
            ("", .malformed), ("[]", .notAnObject), ("1", .notAnObject), ("{", .malformed),
            ("{}}", .malformed), ("{} {}", .malformed), (#"{"a":1,}"#, .malformed),
            (#"{"a":1 "b":2}"#, .malformed), (#"{"a"}"#, .malformed), (#"{a:1}"#, .malformed),
            (#"{"a":1,"a":1}"#, .duplicate), (#"{"a":1,"\u0061":1}"#, .duplicate),
            (#"{"é":1,"\u00e9":1}"#, .duplicate), (#"{"":1,"":1}"#, .duplicate),
        ] as [(String, JSONMembers.Failure)]
    )
    func `what is not one object is refused`(_ text: String, _ failure: JSONMembers.Failure) {
        let bytes = Array(text.utf8)

        #expect(throws: failure) { try JSONMembers(bytes.span) }
    }

    @Test func `names that only look alike are two`() throws {
        // One letter with an accent, and a letter followed by an accent.
        let bytes = Array(#"{"\u00e9":1,"e\u0301":2,"A":3,"a":4}"#.utf8)

        #expect(try JSONMembers(bytes.span).members.count == 4)
    }

    @Test(arguments: [(128, true), (129, false)]) func `members are bounded`(
        _ count: Int,
        _ isAccepted: Bool
    ) {
        let text = (0..<count).map { "\"\($0)\":0" }.joined(separator: ",")
        let bytes = Array("{\(text)}".utf8)
        let members = try? JSONMembers(bytes.span)

        #expect((members != nil) == isAccepted)
    }
}
