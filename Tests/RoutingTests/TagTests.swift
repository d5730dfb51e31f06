import Base
import Testing

@testable import Routing

@Suite struct TagTests {
    @Test func `only a plain name has a tag`() {
        let name = Array("llama".utf8)

        #expect(Tag.make(Wildcard("llama")) == Tag.make(name.span))
        #expect(Tag.make(Wildcard("llama*")) == 0)
        #expect(Tag.make(nil) == 0)
        #expect(Tag.make(Wildcard("")) != 0)
        #expect(Tag.make(Wildcard("a")) != Tag.make(Wildcard("b")))
    }
}
