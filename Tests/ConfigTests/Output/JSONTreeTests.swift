import Foundation
import Testing

@testable import Config

@Suite struct JSONTreeTests {
    private let tree = JSONTree.object([
        .init("a", .list([.integer(1), .number(0.5), .null, .boolean(true)])),
        .init("b", .list([.object([.init("c", .text("x"))])])),
        .init("d", .object([])),
    ])

    @Test func `a tree is written on one line`() {
        #expect(tree.line == #"{"a": [1, 0.5, null, true], "b": [{"c": "x"}], "d": {}}"#)
    }

    @Test func `a tree is written with indents, lists of scalars on one line`() {
        let text = """
            {
              "a": [1, 0.5, null, true],
              "b": [
                {
                  "c": "x"
                }
              ],
              "d": {}
            }
            """
        #expect(tree.lines == text)
    }

    @Test func `any text survives being written and read by another reader`() throws {
        let text = "\"\\/\n\r\t\0\u{1f}\u{7f}\u{2028}ä😀"

        let data = Data(JSONTree.list([.text(text)]).line.utf8)

        #expect(try JSONDecoder().decode([String].self, from: data) == [text])
    }
}
