import Base
import Testing

@testable import Wire

@Suite struct JSONScannerTests {
    private func failure(_ text: String) -> JSONScanner.Failure? {
        let bytes = Array(text.utf8)
        var scanner = JSONScanner()
        do throws(JSONScanner.Failure) {
            while try scanner.next(bytes.span) != .end {}
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "0", "-1.5e+10", "\"\"", "true", " null ", "[]", "{}", "[1,[2,{}],\"\\ud83d\\ude00\"]",
        "{\"a\":{\"b\":[null,false]},\"c\":\"\u{e9}\"}",
    ]) func `valid text is walked to its end (RFC 8259)`(_ text: String) {
        #expect(failure(text) == nil)
    }

    @Test(arguments: [
        "", " ", "01", "1.", ".5", "-", "1e", "+1", "tru", "nul", "[1,]", "[1 2]", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{a:1}", "[", "{", "]", "1 1", "\"", "\"\\x\"", "\"\\u12g4\"",
        "\"\n\"", "'a'", "[1}", "{\"a\":1]", "//", "NaN",
    ]) func `malformed text is refused`(_ text: String) {
        #expect(failure(text) != nil)
    }

    @Test func `nesting is bounded`() {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)

        #expect(failure(deep) == nil)
        #expect(failure("[" + deep + "]") == .tooDeep)
    }

    @Test func `a value is found by its path and decoded`() throws {
        let text =
            "{\"x\":[1,{\"m\":0}],\"o\":{\"m\\u006f\":\"a\\n\\ud83d\\ude00\\ud800\",\"k\":2}}"
        let bytes = Array(text.utf8)
        let token = JSONPath.find(["o", "mo"], in: bytes.span)
        guard case .string(let range) = token else {
            Issue.record("no string but \(String(describing: token))")
            return
        }

        #expect(JSONString.decode(bytes.span, range) == "a\n\u{1f600}\u{fffd}")
        #expect(JSONPath.find(["o", "none"], in: bytes.span) == nil)
        #expect(JSONPath.find(["x", "m"], in: bytes.span) == nil)
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        let bytes: [UInt8] = [0x22, 0xc0, 0x80, 0x22]
        var scanner = JSONScanner()

        #expect(throws: JSONScanner.Failure.malformedString) { try scanner.next(bytes.span) }
    }
}
