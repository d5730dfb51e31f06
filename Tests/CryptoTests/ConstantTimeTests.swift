import Testing

@testable import Crypto

@Suite struct ConstantTimeTests {
    @Test(
        arguments: [
            ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "", false),
            ("abc", "abcd", false), ("abcd", "abce", false),
        ]
    )
    func `bytes are equal or they are not`(_ left: String, _ right: String, _ isEqual: Bool) {
        #expect(ConstantTime.equals(Array(left.utf8), Array(right.utf8)) == isEqual)
    }
}
