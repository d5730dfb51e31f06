import Base
import Testing

@testable import Wire

@Suite struct RequestHeadParserLimitTests {
    private static var limits: RequestHeadParser.Limits {
        var limits = RequestHeadParser.Limits()
        limits.uri = 16
        limits.headSize = 128
        limits.fieldCount = 4
        return limits
    }

    private func verdict(_ text: String) -> RequestFeed.Verdict {
        RequestFeed.verdict(latin1(text), Self.limits)
    }

    private func get(_ target: String, _ lines: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(lines)\r\n"
    }

    @Test func `a target at its bound passes and one byte more is 414`() {
        let longest = "/" + String(repeating: "a", count: 15)

        #expect(verdict(get(longest)) != .refused(.uriTooLong))
        #expect(verdict(get(longest + "a")) == .refused(.uriTooLong))
        #expect(RequestFeed.disagreement(get(longest + "a"), Self.limits) == nil)
    }

    @Test func `an endless target is refused before its line ends`() {
        let endless = "GET /" + String(repeating: "a", count: 60)

        #expect(verdict(endless) == .refused(.uriTooLong))
        #expect(RequestFeed.disagreement(endless, Self.limits) == nil)
    }

    @Test func `an endless method is refused before its line ends`() {
        let endless = String(repeating: "A", count: 70)

        #expect(verdict(endless) == .refused(.malformedRequestLine))
    }

    @Test func `a head at its bound passes and one byte more is 431`() {
        let room = 128 - get("/").utf8.count
        let filled = "X: " + String(repeating: "a", count: room - 5) + "\r\n"
        let over = "X: " + String(repeating: "a", count: room - 4) + "\r\n"

        #expect(get("/", filled).utf8.count == 128)
        #expect(verdict(get("/", filled)) != .refused(.headTooLarge))
        #expect(verdict(get("/", over)) == .refused(.headTooLarge))
        #expect(RequestFeed.disagreement(get("/", over), Self.limits) == nil)
    }

    @Test func `an endless head is refused before it ends`() {
        let endless = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 128)

        #expect(verdict(endless) == .refused(.headTooLarge))
        #expect(RequestFeed.disagreement(endless, Self.limits) == nil)
    }

    @Test(arguments: [
        "GET /" + String(repeating: "a", count: 60) + "\0",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 128) + "\0",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 128) + "\ra",
    ]) func `a bound passed before a bad byte counts first, however cut`(_ text: String) {
        #expect(RequestFeed.disagreement(text, Self.limits) == nil)
    }

    @Test(arguments: 13..<19)
    func `lines about as long as the longest one do not depend on cuts`(_ length: Int) {
        let method = String(repeating: "A", count: 32)
        let line = "\(method) /" + String(repeating: "a", count: length) + " HTTP/1.1\r\n"

        #expect(RequestFeed.disagreement(line + "Host: a\r\n\r\n", Self.limits) == nil)
        #expect(RequestFeed.disagreement("\r\n" + line + "Host: a\r\n\r\n", Self.limits) == nil)
        #expect(RequestFeed.disagreement(line.dropLast() + "\n", Self.limits) == nil)
    }

    @Test func `one field line too many is 431`() {
        #expect(verdict(get("/", "A: 1\r\nB: 1\r\nC: 1\r\n")) != .refused(.tooManyFields))
        #expect(verdict(get("/", "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n")) == .refused(.tooManyFields))
    }

    @Test(arguments: ["", "\r\n"])
    func `one field line too many is told before the head ends`(_ before: String) {
        let text = before + get("/", "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n").dropLast()

        #expect(verdict(text) == .refused(.tooManyFields))
        #expect(RequestFeed.disagreement(text, Self.limits) == nil)
    }

    @Test func `a second empty line before the request line is refused at once`() {
        #expect(verdict("\r\n\r\n") == .refused(.malformedRequestLine))
        #expect(RequestFeed.disagreement("\r\n\r\nA: b\r\n", Self.limits) == nil)
    }

    @Test func `bytes that condemn a head are refused at once`() {
        let started = "GET / HTTP/1.1\r\nHost: a\r\n"

        #expect(verdict(started + "X: \0") == .refused(.malformedField))
        #expect(verdict(started + "X: a\n") == .refused(.malformedField))
        #expect(verdict(started + "X a\r\n") == .refused(.malformedField))
        #expect(verdict("GET /\0") == .refused(.malformedRequestLine))
    }

    @Test func `a head that arrives bytewise costs linear work`() throws {
        let lines = (0..<100).map { "X-Field-\($0): \(String(repeating: "v", count: 400))\r\n" }
        let bytes = latin1("GET / HTTP/1.1\r\nHost: a\r\n\(lines.joined())\r\n")
        let cuts = Array(stride(from: 1, to: bytes.count, by: 1))

        let parsed = try #require(try RequestFeed.feed(bytes, cuts: cuts))

        #expect(parsed.consumed == bytes.count)
        #expect(parsed.head.fields.lines.count == 101)
    }
}
