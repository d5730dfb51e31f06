import Base
import Testing

@Suite struct WildcardTests {
    @Test(arguments: [
        ("llama-*", "llama-3", true), ("llama-*", "llama-", true), ("llama-*", "llama", false),
        ("*", "", true), ("*", "x", true), ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-b-b", false),
        ("exact", "exact", true), ("exact", "Exact", false), ("", "", true), ("", "x", false),
        ("*.gguf", "x.gguf", true), ("a**b", "ab", true),
    ]) func `a star stands for any run`(_ pattern: String, _ name: String, _ isMatch: Bool) {
        #expect(Wildcard(pattern).matches(name) == isMatch)
    }

    @Test func `only a star makes a pattern`() {
        #expect(Wildcard("a*").hasStar)
        #expect(!Wildcard("a").hasStar)
    }
}
