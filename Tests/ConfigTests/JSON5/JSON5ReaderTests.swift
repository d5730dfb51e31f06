import Base
import Testing

@testable import Config

@Suite struct JSON5ReaderTests {
    @Test func `values keep the line and column where they begin`() throws {
        let text = "{\n  // one\n  a: 1,\r\n  b: [true,\n    'x'],\n}"

        let root = try #require(read(text).root)

        guard case .object(let members) = root.value, case .list(let list) = members[1].value.value
        else {
            Issue.record("not the object that was written")
            return
        }
        #expect(members.map(\.name) == ["a", "b"])
        #expect(members[0].position == TextPosition(line: 3, column: 3))
        #expect(members[0].value.position == TextPosition(line: 3, column: 6))
        #expect(list[0] == JSON5Node(.boolean(true), at: TextPosition(line: 4, column: 7)))
        #expect(list[1] == JSON5Node(.text("x"), at: TextPosition(line: 5, column: 5)))
    }

    @Test func `columns count characters and not bytes`() throws {
        let root = try #require(read("['äöü', 1]").root)

        guard case .list(let list) = root.value else {
            Issue.record("not a list")
            return
        }
        #expect(list[1].position == TextPosition(line: 1, column: 9))
    }

    @Test(arguments: [
        ("", 1, 1, JSON5Problem.Cause.empty),
        ("  // nothing\n", 1, 1, .empty),
        ("{ a: 1", 1, 1, .unterminatedObject),
        ("{\n a: {\n b: 1,", 2, 5, .unterminatedObject),
        ("\n [1, 2", 2, 2, .unterminatedList),
        ("{ a: 'x\n' }", 1, 6, .unterminatedString),
        ("{ a: \"x", 1, 6, .unterminatedString),
        ("{ a: 'x\\", 1, 6, .unterminatedString),
        ("{ /* a: 1 }", 1, 3, .unterminatedComment),
        ("{ a: ", 1, 6, .unexpectedEnd),
        ("{} {}", 1, 4, .textAfterEnd),
        ("{} // fine\nx", 2, 1, .textAfterEnd),
        ("{ a 1 }", 1, 5, .unexpected("'1'", wanted: "':'")),
        ("{ a: 1 b: 2 }", 1, 8, .unexpected("'b'", wanted: "',' or '}'")),
        ("[1 2]", 1, 4, .unexpected("'2'", wanted: "',' or ']'")),
        ("{ , }", 1, 3, .unexpected("','", wanted: "a key or '}'")),
        ("{ 1a: 1 }", 1, 3, .unexpected("'1'", wanted: "a key or '}'")),
        ("[,]", 1, 2, .unexpected("','", wanted: "a value")),
        ("{ a: / }", 1, 6, .unexpected("'/'", wanted: "a value or a comment")),
        ("{ a: model }", 1, 6, .unexpected("'model'", wanted: "a value (strings stand in quotes)")),
    ])
    func `a break of syntax is told with its place`(
        _ text: String,
        _ line: Int,
        _ column: Int,
        _ cause: JSON5Problem.Cause
    ) {
        let problem = read(text).problems.first

        #expect(problem?.cause == cause)
        #expect(problem?.position == TextPosition(line: line, column: column))
    }

    @Test func `every repeated key is told, with the first place`() {
        let problems = read("{ a: { b: 1, b: 2 },\n a: 3, c: 4 }").problems

        #expect(problems.map(\.keyPath) == ["a.b", "a"])
        #expect(problems.map(\.position.line) == [1, 2])
        #expect(
            problems.last?.cause == .duplicateKey(first: TextPosition(line: 1, column: 3))
        )
    }

    @Test func `trailing commas and an unquoted key with escapes are read`() throws {
        let root = try #require(read("{ $a_1: [1,], \\u0062c: null, 'd e': {}, }").root)

        guard case .object(let members) = root.value else {
            Issue.record("not an object")
            return
        }
        #expect(members.map(\.name) == ["$a_1", "bc", "d e"])
    }

    @Test(arguments: ["[", "{a:", "[{a:", "[[{x:[", "{a:{b:["])
    func `deep nesting is refused, not followed`(_ unit: String) {
        let text = String(repeating: unit, count: 100_000)

        #expect(read(text).problems.map(\.cause) == [.tooDeep])
    }

    @Test func `nesting up to the bound is read`() {
        let depth = JSON5Reader.Limits.depth
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)

        #expect(read(text).problems.isEmpty)
        #expect(read("[" + text + "]").problems.map(\.cause) == [.tooDeep])
    }

    @Test func `a text above a mebibyte is refused, one of a mebibyte is read`() {
        let size = JSON5Reader.Limits.size.bytes
        let fitting = [UInt8](repeating: UInt8(ascii: " "), count: size - 2) + Array("{}".utf8)

        #expect(JSON5Reader.read(fitting).problems.isEmpty)
        #expect(JSON5Reader.read(fitting + [10]).problems.map(\.cause) == [.tooLarge])
    }

    @Test(arguments: [
        [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80],
    ])
    func `invalid UTF-8 is refused at its place`(_ bytes: [UInt8]) {
        let problem = JSON5Reader.read(Array("{\n ä: '".utf8) + bytes + Array("' }".utf8)).problems

        #expect(problem.map(\.cause) == [.invalidUTF8])
        #expect(problem.first?.position == TextPosition(line: 2, column: 6))
    }

    @Test func `every prefix of a text ends in a problem and never in a trap`() {
        let text = Array(
            "{ a: [1, -.5e3, 0xFf, 'x\\u0041\\\n', \"ä\"], /* b */ c: { d: null } }".utf8
        )

        let accepted = text.indices.filter { JSON5Reader.read(Array(text[..<$0])).root != nil }

        #expect(accepted.isEmpty)
    }

    @Test func `any single byte replaced never traps`() {
        let text = Array("{ a: [1, -.5e3, 0xFf, 'x\\u0041'], c: { d: null } } // e".utf8)
        var random = RandomSource(seed: 7)
        var readings = 0

        for index in text.indices {
            for _ in 0..<40 {
                var broken = text
                broken[index] = UInt8(truncatingIfNeeded: random.next())
                let reading = JSON5Reader.read(broken)
                if reading.root != nil || !reading.problems.isEmpty { readings += 1 }
            }
        }

        #expect(readings == text.count * 40)
    }

    @Test func `random bytes of the language's own alphabet never trap`() {
        let alphabet = Array("{}[]:,'\"\\/*+-.0123456789xeEINu \n\r\taä\u{2028}".utf8)
        var random = RandomSource(seed: 11)
        var readings = 0

        for _ in 0..<3_000 {
            let count = Int(random.below(40))
            let text = (0..<count).map { _ in alphabet[Int(random.below(UInt64(alphabet.count)))] }
            let reading = JSON5Reader.read(text)
            if reading.root != nil || !reading.problems.isEmpty { readings += 1 }
        }

        #expect(readings == 3_000)
    }

    private func read(_ text: String) -> JSON5Reader.Reading {
        JSON5Reader.read(Array(text.utf8))
    }
}
