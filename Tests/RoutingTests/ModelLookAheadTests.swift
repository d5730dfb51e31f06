import Base
import Testing

@testable import Routing

@Suite struct ModelLookAheadTests {
    typealias Outcome = ModelLookAhead.Outcome

    /// What is found when the text comes whole, byte by byte, and cut at every place.
    private func find(_ text: String) throws -> Outcome {
        try find(Array(text.utf8))
    }

    private func find(_ bytes: [UInt8]) throws -> Outcome {
        let whole = find(bytes, cuts: [])
        #expect(find(bytes, cuts: Array(bytes.indices)) == whole)
        for cut in bytes.indices { #expect(find(bytes, cuts: [cut]) == whole) }
        return whole
    }

    private func find(_ bytes: [UInt8], cuts: [Int]) -> Outcome {
        var ahead = ModelLookAhead()
        var start = 0
        for end in cuts + [bytes.count] {
            let outcome = ahead.feed(bytes.span.extracting(start..<end))
            if outcome != .needsMore { return outcome }
            start = end
        }
        return ahead.finish()
    }

    private func found(_ name: String) -> Outcome { .found(Array(name.utf8)) }

    @Test(arguments: [
        (#"{"model":"a"}"#, "a"), (#" { "model" : "a" } "#, "a"), (#"{"model":""}"#, ""),
        (#"{"x":{"model":"b"},"model":"a"}"#, "a"), (#"{"x":[{"model":"b"}],"model":"a"}"#, "a"),
        (#"{"x":"\"model\":\"b\"","model":"a"}"#, "a"), (#"{"x":"}\\","model":"a"}"#, "a"),
        (#"{"x":[1,-2.5e+3,true],"y":null,"model":"a"}"#, "a"), (#"{"x":"]","model":"a"}x"#, "a"),
        (#"{"mod\u0065l":"a"}"#, "a"), (#"{"model":"\u0061\n\/\ud83d\ude00"}"#, "a\n/\u{1f600}"),
        (#"{"model":"\ud83dx\udc00"}"#, "\u{fffd}x\u{fffd}"), (#"{"Model":"a"}"#, "a"),
        (#"{"model":"a","models":"b","mode":"c","model ":"d","mod\u006cl":"e"}"#, "a"),
        (#"{"x":["}",{"y":"\\\""}],"model":"a"}"#, "a"), (#"{"x":1 ,"model":"a"}"#, "a"),
    ]) func `the model of the top level is found`(_ text: String, _ name: String) throws {
        #expect(try find(text) == found(name))
    }

    @Test(arguments: [
        "{}", #"{"x":1}"#, #"{"model":null}"#, #"{"model":1}"#, #"{"model":{"model":"a"}}"#, "[",
        #"[{"model":"a"}]"#, #"{"x":{"model":"a"}}"#, #"{"x":"model"}"#,
    ]) func `a body that names no model has none`(_ text: String) throws {
        #expect(try find(text) == .absent)
    }

    @Test(arguments: [
        #"{"model":"a","model":"a"}"#, #"{"model":"a","x":[],"mod\u0065l":"b"}"#,
        #"{"model":null,"model":"a"}"#, #"{"model":"a","\u006dodel":1}"#,
        #"{"Model":"a","model":"b"}"#,
        #"{"model":"a","MODEL":"b"}"#,
    ]) func `a second model is refused`(_ text: String) throws {
        #expect(try find(text) == .duplicate)
    }

    @Test(arguments: [
        "", " ", "model=a", "\"model\"", "{model:1}", "{'model':'a'}", #"{"model":"a""#,
        #"{"model""#,
        #"{"model" "a"}"#, #"{"a":1;"model":"b"}"#, #"{"a" /**/:1}"#, #"{"model":"\x"}"#, "{,}",
        #"{"model":"\u12g4"}"#, "\u{feff}{}", #"{"a":}"#, #"{"x":{}"#, "{\"mo\ndel\":1}",
        "{\"a\":\"",
    ]) func `what is no JSON object is told apart`(_ text: String) throws {
        #expect(try find(text) == .notJSON)
    }

    @Test func `UTF-16 is no JSON`() throws {
        #expect(try find(#"{"model":"a"}"#.utf8.flatMap { [$0, 0] }) == .notJSON)
    }

    @Test func `no more than 64 KiB are looked at`() {
        let filler = #"{"x":""# + String(repeating: "a", count: ModelLookAhead.limit)
        let late = Array((filler + #"","model":"a"}"#).utf8)
        let early = Array((#"{"model":"b","y":1,"# + filler.dropFirst() + #"","model":"a"}"#).utf8)

        #expect(find(late, cuts: []) == .absent)
        #expect(find(late, cuts: Array(late.indices)) == .absent)
        #expect(find(early, cuts: []) == found("b"))
        #expect(find(early, cuts: [1_000, 65_000, 65_536]) == found("b"))
    }

    @Test func `a second model beyond the limit is seen by those who watch`() {
        let filler = String(repeating: "a", count: ModelLookAhead.limit)
        let bytes = Array((#"{"model":"b","x":""# + filler + #"","model":"a"}"#).utf8)
        var ahead = ModelLookAhead()
        let first = ahead.feed(bytes.span.extracting(0..<65_536))
        let middle = ahead.watch(bytes.span.extracting(65_536..<65_540))
        let last = ahead.watch(bytes.span.extracting(65_540..<bytes.count))

        #expect(first == found("b"))
        #expect(middle)
        #expect(!last)
    }

    @Test(arguments: [
        ("", true), (" \n", true), (#"{"model":"b"}"#, false), ("x", false),
    ]) func `more behind the object is another model to some`(_ more: String, _ isFine: Bool) {
        let bytes = Array((#"{"model":"a"}"# + more).utf8)
        var ahead = ModelLookAhead()

        let first = ahead.feed(bytes.span)
        let isHonest = ahead.watch(bytes.span.extracting(ahead.taken...))

        #expect(first == found("a"))
        #expect(isHonest == isFine)
    }

    @Test func `what is no JSON further on ends the watch badly`() {
        let filler = String(repeating: "a", count: ModelLookAhead.limit)
        let text = #"{"model":"b","x":""# + filler + "\",\"a\tb\":1,\"model\":\"c\"}"
        let bytes = Array(text.utf8)
        var ahead = ModelLookAhead()

        let first = ahead.feed(bytes.span)
        let looked = ahead.taken
        let isHonest = ahead.watch(bytes.span.extracting(looked...))

        #expect(first == found("b"))
        #expect(looked == ModelLookAhead.limit)
        #expect(!isHonest)
    }

    @Test func `a name of more than 512 bytes is none`() {
        let longest = String(repeating: "m", count: ModelLookAhead.longestModel)

        #expect(find(Array("{\"model\":\"\(longest)\"}".utf8), cuts: []) == found(longest))
        #expect(find(Array("{\"model\":\"\(longest)m\"}".utf8), cuts: []) == .absent)
    }

    @Test func `what was found stays found`() {
        let bytes = Array(#"{"model":"a"}"#.utf8)
        var ahead = ModelLookAhead()
        let outcomes = [
            ahead.feed(bytes.span), ahead.feed(bytes.span), ahead.finish(),
        ]

        #expect(outcomes.allSatisfy { $0 == found("a") })
    }

    @Test func `nesting without end is passed over`() throws {
        let deep = String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)
        let bytes = Array("{\"x\":\(deep),\"model\":\"a\"}".utf8)

        #expect(find(bytes, cuts: [7, 4_000]) == found("a"))
    }
}
