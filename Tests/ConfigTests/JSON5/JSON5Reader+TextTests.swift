import Testing

@testable import Config

@Suite struct JSON5ReaderTextTests {
    @Test(arguments: [
        (#"'single "double" inside'"#, #"single "double" inside"#),
        (#""double 'single' inside""#, "double 'single' inside"),
        (#"'\b\f\n\r\t\v\0'"#, "\u{08}\u{0c}\n\r\t\u{0b}\0"),
        (#"'\'\"\\\/\a\ä'"#, "'\"\\/aä"),
        (#"'\x41\u0042\u00e4'"#, "ABä"),
        (#"'\ud83d\ude00'"#, "😀"),
        ("'one \\\ntwo'", "one two"),
        ("'one \\\r\ntwo'", "one two"),
        ("'one \\\u{2028}two'", "one two"),
        ("'a\u{2028}b'", "a\u{2028}b"),
        ("'tab\there'", "tab\there"),
        ("''", ""),
    ])
    func `quotes, escapes and continued lines are read (JSON5 §5)`(_ text: String, _ value: String)
    {
        #expect(JSON5Reader.read(Array(text.utf8)).root?.value == .text(value))
    }

    @Test(arguments: [
        (#"'ab\1'"#, JSON5Problem.Cause.malformedEscape), (#"'ab\01'"#, .malformedEscape),
        (#"'ab\x4'"#, .malformedEscape), (#"'ab\u12'"#, .malformedEscape),
        (#"'ab\ud83d'"#, .loneSurrogate), (#"'ab\ude00'"#, .loneSurrogate),
        (#"'ab\ud83d\u0041'"#, .loneSurrogate), (#"'ab\ud83dx'"#, .loneSurrogate),
    ])
    func `a broken escape is refused where it begins`(_ text: String, _ cause: JSON5Problem.Cause) {
        let problem = JSON5Reader.read(Array(text.utf8)).problems.first

        #expect(problem?.cause == cause)
        #expect(problem?.position == TextPosition(line: 1, column: 4))
    }

    @Test(arguments: [#"{ \x61: 1 }"#, #"{ \u0031: 1 }"#, #"{ a\u002d: 1 }"#, #"{ \u005c: 1 }"#])
    func `an escape cannot smuggle a character into a key`(_ text: String) {
        #expect(JSON5Reader.read(Array(text.utf8)).problems.first?.cause == .malformedEscape)
    }
}
