import Base
import Testing

@testable import Wire

@Suite struct BodyDecoderTests {
    static let complete: [(String, BodyFraming, BodyFeed.Verdict)] = [
        ("", .none, .complete(payload: "", trailers: [], rest: 0)),
        ("next", .none, .complete(payload: "", trailers: [], rest: 4)),
        ("hellonext", .length(5), .complete(payload: "hello", trailers: [], rest: 4)),
        ("hel", .length(5), .incomplete(payload: "hel")),
        ("hello", .untilClose, .incomplete(payload: "hello")),
        ("0\r\n\r\n", .chunked, .complete(payload: "", trailers: [], rest: 0)),
        (
            "5\r\nhello\r\n6\r\n world\r\n000\r\n\r\nGET", .chunked,
            .complete(payload: "hello world", trailers: [], rest: 3)
        ),
        (
            "A;a;b=c;d=\"x; \\\"y\"\r\n0123456789\r\n0\r\n\r\n", .chunked,
            .complete(payload: "0123456789", trailers: [], rest: 0)
        ),
        (
            "1\r\na\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\nGrpc-Status: 0\r\n\r\n", .chunked,
            .complete(
                payload: "a",
                trailers: ["X-Sum: 1\r\n", "Grpc-Status: 0\r\n"],
                rest: 0
            )
        ),
        ("5\r\nhel", .chunked, .incomplete(payload: "hel")),
    ]

    static let refused: [(BodyDecoder.Failure, String)] = [
        (.malformedChunkSize, "\r\n"),
        (.malformedChunkSize, "x\r\n"),
        (.malformedChunkSize, "-1\r\n"),
        (.malformedChunkSize, "0x1\r\na"),
        (.malformedChunkSize, " 1\r\na"),
        (.malformedChunkSize, "1 \r\na"),
        (.malformedChunkSize, "1\na\n0\n\n"),
        (.malformedChunkSize, "1\r\r"),
        (.malformedChunkSize, "8000000000000000\r\n"),
        (.malformedChunkSize, "ffffffffffffffff1\r\n"),
        (.malformedChunkSize, "00000000000000001\r\na"),
        (.malformedChunkEnd, "1\r\nab\r\n"),
        (.malformedChunkEnd, "1\r\na\n"),
        (.malformedChunkEnd, "1\r\na\rb"),
        (.malformedChunkExtension, "1;\r\na"),
        (.malformedChunkExtension, "1;a=\r\na"),
        (.malformedChunkExtension, "1;a b\r\na"),
        (.malformedChunkExtension, "1;a=\"b\r\na"),
        (.malformedChunkExtension, "1;a=\"b\"c\r\na"),
        (.malformedChunkExtension, "1;a\na"),
        (.malformedTrailer, "0\r\nX: a\n\r\n"),
        (.malformedTrailer, "0\r\nX: a\rb\r\n"),
        (.malformedTrailer, "0\r\nX : a\r\n\r\n"),
        (.malformedTrailer, "0\r\n folded\r\n\r\n"),
        (.malformedTrailer, "0\r\nX: \0\r\n\r\n"),
        (.malformedTrailer, "0\r\n\n"),
        (.extensionsTooLarge, "1;" + String(repeating: "a", count: 4_200)),
        (.trailersTooLarge, "0\r\nX: " + String(repeating: "a", count: 16_400)),
        (.trailersTooLarge, "0\r\n" + String(repeating: "X: a\r\n", count: 65)),
    ]

    @Test(arguments: complete) func `payload, trailers and the rest are told apart`(
        _ text: String,
        _ framing: BodyFraming,
        _ verdict: BodyFeed.Verdict
    ) {
        #expect(BodyFeed.verdict(latin1(text), framing) == verdict)
        #expect(BodyFeed.disagreement(text, framing) == nil)
    }

    @Test(arguments: refused) func `a malformed chunk is refused by name (RFC 9112 §7.1)`(
        _ failure: BodyDecoder.Failure,
        _ text: String
    ) {
        let bytes = latin1(text)

        #expect(BodyFeed.verdict(bytes, .chunked) == .refused(failure))
        let bytewise = BodyFeed.verdict(bytes, .chunked, cuts: Array(1..<bytes.count))
        #expect(bytewise == .refused(failure))
    }

    @Test func `extensions are bounded over the whole body too`() {
        let chunk = "1;" + String(repeating: "a", count: 1_000) + "\r\na\r\n"

        let verdict = BodyFeed.verdict(
            latin1(String(repeating: chunk, count: 20)),
            .chunked
        )

        #expect(verdict == .refused(.extensionsTooLarge))
    }

    @Test(arguments: [
        (BodyFraming.none, true), (.untilClose, true), (.length(1), false), (.chunked, false),
    ]) func `only some bodies may end with the connection`(
        _ framing: BodyFraming,
        _ isWhole: Bool
    ) {
        var decoder = BodyDecoder(framing)
        let ended = decoder.endOfInput()
        let isComplete = decoder.isComplete

        #expect(ended == isWhole)
        #expect(isComplete == isWhole)
    }

    @Test func `a declared body may pass unseen up to its end and no further`() {
        var decoder = BodyDecoder(.length(10))

        decoder.pass(4)
        let rest = decoder.passable
        let isWholeBefore = decoder.isComplete
        decoder.pass(6)
        let isWhole = decoder.isComplete
        let nothing = decoder.passable

        #expect(rest == 6)
        #expect(!isWholeBefore && isWhole)
        #expect(nothing == 0)
    }

    @Test(arguments: [
        (BodyFraming.none, UInt64(0)), (.chunked, 0), (.length(7), 7), (.untilClose, .max),
    ]) func `only what is not framed inside may pass unseen`(
        _ framing: BodyFraming,
        _ passable: UInt64
    ) {
        let told = BodyDecoder(framing).passable

        #expect(told == passable)
    }

    @Test func `a body that ends with the connection passes until it does`() {
        var decoder = BodyDecoder(.untilClose)

        decoder.pass(1 << 20)
        let isWholeBefore = decoder.isComplete
        let isWhole = decoder.endOfInput()

        #expect(!isWholeBefore && isWhole)
    }

    @Test func `a decoder without trailers is small`() {
        #expect(MemoryLayout<BodyDecoder>.size <= 72)
    }
}
