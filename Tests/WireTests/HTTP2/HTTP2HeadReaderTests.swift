import Base
import Testing

@testable import Wire

/// What the heads of all kinds have in common, and requests (RFC 9113 §8).
@Suite struct HTTP2HeadReaderTests {
    typealias Feed = HTTP2HeadFeed

    @Test func `a request is read as the same one in HTTP/1.1`() throws {
        let head = try Feed.request(
            [
                ":method: POST", ":scheme: https", ":path: /v1/chat?x=1", ":authority: a:80",
                "content-length: 5", "accept: */*", "empty: ",
            ],
            endsStream: false
        )

        #expect(head.method == .post)
        #expect(head.fields.text(head.methodRange) == "POST")
        #expect(head.fields.text(head.target) == "/v1/chat?x=1")
        #expect(head.fields.text(head.path) == "/v1/chat")
        #expect(head.fields.text(head.authority) == "a:80")
        #expect(head.isAuthorityInTarget && !head.isSecureScheme && !head.isTargetImplied)
        #expect(head.framing == .length(5))
        #expect(head.isKeptAlive && head.minorVersion == 1 && head.startLine.isEmpty)
        let text = written { HeadEncoder.appendHead(head, to: &$0) }
        #expect(
            text == "POST /v1/chat?x=1 HTTP/1.1\r\ncontent-length: 5\r\naccept: */*\r\nempty: \r\n"
        )
    }

    @Test func `the end of the stream tells that of the body (§8.1)`() throws {
        #expect(try Feed.request(Feed.get).framing == .none)
        #expect(try Feed.request(Feed.get, endsStream: false).framing == .chunked)
        let zero = Feed.get + ["content-length: 0"]
        #expect(try Feed.request(zero).framing == .none)
        #expect(try Feed.request(zero, endsStream: false).framing == .length(0))
        let two = Feed.get + ["content-length: 2"]
        #expect(Feed.failure(two) == .malformed(.contentLength))
    }

    @Test func `pseudo-header fields come in any order, before all others (§8.3)`() throws {
        let head = try Feed.request(Feed.get.reversed())
        #expect(head.fields.text(head.authority) == "a")
        for place in 0..<4 {
            var lines = Feed.get
            lines.insert("x: y", at: place)
            #expect(Feed.failure(lines) == .malformed(.pseudoField))
        }
    }

    @Test(arguments: Feed.get) func `a pseudo-header field comes once (§8.3)`(_ line: String) {
        #expect(Feed.failure(Feed.get + [line]) == .malformed(.pseudoField))
        let lines = Feed.get.filter { $0 != line }
        let missing: HTTP2HeadReader.Malformed =
            line.hasPrefix(":authority") ? .authority : .pseudoField
        #expect(Feed.failure(lines) == .malformed(missing))
    }

    @Test(arguments: [":status: 200", ":x: y", ": y", ":protocol: websocket", ":Path: /", ":p: /"])
    func `another pseudo-header field is malformed (§8.3)`(_ line: String) {
        #expect(Feed.failure(Feed.get + [line]) == .malformed(.pseudoField))
    }

    @Test(
        arguments: [
            "Host: a", "X: y", "xY: z", "x y: z", "x\u{0}: y", "x\u{80}: z", "x(: y", ": z",
            "x\r\ny: z", "x\u{7f}: y", "@: y",
        ]
    )
    func `a name is a token in lower case (§8.2.1)`(_ line: String) {
        let failure = Feed.failure(Feed.get + [line])
        let isEmpty = line == ": z"
        #expect(failure == .malformed(isEmpty ? .pseudoField : .fieldName))
    }

    @Test func `a name may be any token in lower case`() throws {
        let names = ["a_b", "!#$%&'*+-.^_`|~09az", "x"]
        let head = try Feed.request(Feed.get + names.map { "\($0): 1" })

        #expect(Feed.kept(head.fields) == names.map { "\($0): 1" })
    }

    @Test(
        arguments: [
            " y", "y ", "\ty", "y\t", "a\rb", "a\nb", "a\r\nb: c", "\u{0}", "a\u{1}", "\u{7f}",
            "y\r", "\n", " ",
        ]
    )
    func `a value has no control characters, no blank ends (§8.2.1)`(_ value: String) {
        #expect(Feed.failure(Feed.get + ["x: \(value)"]) == .malformed(.fieldValue))
    }

    @Test(arguments: ["", "a b", "a\tb", "\u{80}\u{ff}", "a: b", "\"a\""])
    func `any other value passes`(_ value: String) throws {
        let head = try Feed.request(Feed.get + ["x: \(value)", "y: 1"])
        let line = try #require(head.fields.lines.first)

        #expect(Array(head.fields.bytes[line.valueRange]) == latin1(value))
    }

    @Test(
        arguments: [
            "connection: close", "connection: te", "keep-alive: 1", "proxy-connection: close",
            "transfer-encoding: chunked", "upgrade: websocket", "te: gzip", "te: trailers, gzip",
            "te: ",
        ]
    )
    func `a field of one connection is malformed (§8.2.2)`(_ line: String) {
        #expect(Feed.failure(Feed.get + [line]) == .malformed(.connectionField))
    }

    @Test func `trailers are welcome when te says so (§8.2.2)`() throws {
        #expect(try Feed.request(Feed.get + ["te: trailers"]).fields.teHasTrailers)
    }

    @Test(arguments: ["", "a b", "G(T", "a\r", "é", String(repeating: "A", count: 33)])
    func `a method is a token that is not too long`(_ method: String) {
        let lines = [":method: \(method)"] + Feed.get.dropFirst()
        #expect(Feed.failure(lines) == .malformed(.method))
    }

    @Test(arguments: ["", "ftp", "htt", "httpss", "http "])
    func `a scheme is that of HTTP`(_ scheme: String) {
        let lines = Feed.get.map { $0 == ":scheme: http" ? ":scheme: \(scheme)" : $0 }
        #expect(Feed.failure(lines) == .malformed(.scheme))
    }

    @Test(
        arguments: [
            "", "a", "*", "http://a/", "/a b", "/#", "/a#b", "/\u{e9}", "/\r\n", "/?#", "*/", "?x",
            "/a\u{0}", "/?a b", "/\u{7f}", " /",
        ]
    )
    func `a path has the forms that it has in HTTP/1 (§8.3.1)`(_ path: String) {
        let lines = Feed.get.map { $0 == ":path: /" ? ":path: \(path)" : $0 }
        #expect(Feed.failure(lines) == .malformed(.path))
    }

    @Test func `OPTIONS may ask of the whole server (§8.3.1)`() throws {
        let lines = [":method: OPTIONS", ":scheme: http", ":authority: a"]
        let head = try Feed.request(lines + [":path: *"])

        #expect(head.fields.text(head.target) == "*")
        #expect(Feed.failure(lines + [":path: **"]) == .malformed(.path))
    }

    @Test(arguments: ["", "u@a", "a/b", "a:b", "a:99999", "a b", "[::1", "a,b\r"])
    func `an authority is a host and a port (§8.3.1)`(_ authority: String) {
        let lines = Feed.get.dropLast()
        #expect(Feed.failure(lines + [":authority: \(authority)"]) == .malformed(.authority))
        let isValue = authority.last != "\r"
        let failure = Feed.failure(lines + ["host: \(authority)"])
        #expect(failure == .malformed(isValue ? .authority : .fieldValue))
    }

    @Test func `host and authority agree, or one of them stands (§8.3.1)`() throws {
        let lines = Array(Feed.get.dropLast())
        let onlyHost = try Feed.request(lines + ["host: b"])
        let both = try Feed.request(lines + [":authority: A.b", "host: a.B"])

        #expect(onlyHost.fields.text(onlyHost.authority) == "b" && !onlyHost.isAuthorityInTarget)
        #expect(both.fields.text(both.authority) == "A.b" && both.isAuthorityInTarget)
        for wrong in [["host: b"], ["host: a", "host: a"], ["host: a:80"], ["host: "]] {
            #expect(Feed.failure(Feed.get + wrong) == .malformed(.authority))
        }
        #expect(Feed.failure(lines + ["host: a", "host: a"]) == .malformed(.authority))
        #expect(Feed.failure(lines) == .malformed(.authority))
    }

    @Test(
        arguments: [
            ["1", "1"], ["-1"], ["+1"], ["1,1"], ["1, 1"], ["0x1"], [""], ["1 1"],
            ["9223372036854775808"],
        ]
    )
    func `a content length is one number (§8.1.1)`(_ values: [String]) {
        let lines = Feed.get + values.map { "content-length: \($0)" }
        #expect(Feed.failure(lines, endsStream: false) == .malformed(.contentLength))
    }

    @Test func `cookies are joined to one (§8.2.3)`() throws {
        let lines = ["cookie: a=1", "x: y", "cookie: b=2", "z: ", "cookie: c=3"]
        let one = try Feed.request(Feed.get + ["cookie: a=1", "x: y"])
        let many = try Feed.request(Feed.get + lines)

        #expect(Feed.kept(one.fields) == ["cookie: a=1", "x: y"])
        #expect(Feed.kept(many.fields) == ["x: y", "z: ", "cookie: a=1; b=2; c=3"])
        #expect(!many.fields.contains(.host))
    }
}
