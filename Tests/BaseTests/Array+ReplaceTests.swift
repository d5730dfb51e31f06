import Base
import Testing

@Suite struct ArrayReplaceTests {
    @Test func `one element is replaced, and the other stays what it was`() {
        var names = ["a", "b", "c"]
        let before = names
        var name = "x"

        names.replace(at: 1, by: &name)
        name = "y"

        #expect(names == ["a", "x", "c"])
        #expect(before == ["a", "b", "c"])
    }
}
