import Base
@testable import Wire

/// The violations that are tried, by the section of RFC 9113 that forbids them.
extension HTTP2ViolationTests {
    private static let open = TestFrame.headers(1, Block.post, TestFrame.endHeaders)
    private static let half = TestFrame.headers(1)
    /// Over: the client's reset ended it.
    private static let reset = [open, TestFrame.reset(1, .cancel)]

    static let cases = frameCases + streamCases + dataCases + headCases + controlCases

    private static let frameCases = [
        Case("§4.1 unknown type", [TestFrame(kind: 0x16, 255, 9, [1, 2])], .fine),
        Case("§4.1 unknown flags", [TestFrame(.ping, 0xfe, 0, Array(1...8))], .fine),
        Case("§4.2 DATA too long", [open, .data(1, count: 16_385)], .connection(.frameSizeError)),
        Case(
            "§4.2 HEADERS too long",
            [TestFrame(.headers, 5, 1, Array(repeating: 0x82, count: 16_385))],
            .connection(.frameSizeError)
        ),
        Case("§4.2 DATA of the largest size", [open, .data(1, count: 16_384)], .fine),
        Case("§4.3 bad block", [.headers(1, [0x40])], .connection(.compressionError)),
        Case(
            "§4.3 PRIORITY within a head",
            [.headers(1, Block.get, 1), TestFrame(.priority, 0, 1, [0, 0, 0, 0, 1])],
            .connection(.protocolError)
        ),
        Case(
            "§4.3 HEADERS of another stream within a head",
            [.headers(1, Block.get, 1), .headers(3)],
            .connection(.protocolError)
        ),
        Case(
            "§5.5 unknown type within a head",
            [.headers(1, Block.get, 1), TestFrame(kind: 0x16, 0, 1, [])],
            .connection(.protocolError)
        ),
        Case(
            "§8.4 a push",
            [open, TestFrame(.pushPromise, 4, 1, [0, 0, 0, 2] + Block.get)],
            .connection(.protocolError)
        ),
    ]

    private static let streamCases = [
        Case("§5.1 idle DATA", [.data(1, "x")], .connection(.protocolError)),
        Case("§5.1 idle RST_STREAM", [.reset(1, .cancel)], .connection(.protocolError)),
        Case("§5.1 idle WINDOW_UPDATE", [.windowUpdate(1, 1)], .connection(.protocolError)),
        Case(
            "§5.1 idle CONTINUATION",
            [TestFrame(.continuation, 4, 1, Block.get)],
            .connection(.protocolError)
        ),
        Case("§5.1 half-closed DATA", [half, .data(1, "x")], .stream(1, .streamClosed)),
        Case("§5.1 half-closed HEADERS", [half, .headers(1)], .stream(1, .streamClosed)),
        Case(
            "§5.1 half-closed CONTINUATION",
            [half, TestFrame(.continuation, 4, 1, Block.get)],
            .connection(.protocolError)
        ),
        Case("§5.1 closed DATA", reset + [.data(1, "x")], .stream(1, .streamClosed)),
        Case("§5.1 closed HEADERS", reset + [.headers(1)], .stream(1, .streamClosed)),
        Case(
            "§5.1 closed CONTINUATION",
            reset + [TestFrame(.continuation, 4, 1, Block.get)],
            .connection(.protocolError)
        ),
        Case("§5.1 closed WINDOW_UPDATE", reset + [.windowUpdate(1, 1)], .fine),
        Case("§5.1 closed RST_STREAM", reset + [.reset(1, .cancel)], .fine),
        Case(
            "§5.1 closed PRIORITY",
            reset + [TestFrame(.priority, 0, 1, [0, 0, 0, 0, 1])],
            .fine
        ),
        Case("§5.1.1 even number", [.headers(2)], .connection(.protocolError)),
        Case("§5.1.1 lower number", [.headers(5), .headers(3)], .connection(.protocolError)),
        Case(
            "§5.1.2 too many streams",
            (0...100).map { .headers(2 * $0 + 1) },
            .stream(201, .refusedStream)
        ),
        Case(
            "§5.3 HEADERS that depend on themselves",
            [.headers(1, [0, 0, 0, 1, 9] + Block.get, 0x25)],
            .stream(1, .protocolError)
        ),
        Case(
            "§5.3 HEADERS that depend on another",
            [.headers(1, [128, 0, 0, 3, 9] + Block.get, 0x25)],
            .fine
        ),
        Case(
            "§5.3 PRIORITY that depends on itself",
            [half, TestFrame(.priority, 0, 1, [0, 0, 0, 1, 9])],
            .stream(1, .protocolError)
        ),
        Case(
            "§5.3 PRIORITY of an idle stream that depends on itself",
            [TestFrame(.priority, 0, 1, [0, 0, 0, 1, 9])],
            .connection(.protocolError)
        ),
    ]

    private static let dataCases = [
        Case("§6.1 DATA on stream 0", [.data(0, "x")], .connection(.protocolError)),
        Case(
            "§6.1 padding as long as the payload",
            [open, TestFrame(.data, 8, 1, [5, 1, 2, 3, 4])],
            .connection(.protocolError)
        ),
        Case("§6.1 nothing but padding", [open, TestFrame(.data, 8, 1, [2, 0, 0])], .fine),
        Case(
            "§6.1 padded without a length",
            [open, TestFrame(.data, 8, 1, [])],
            .connection(.frameSizeError)
        ),
        Case(
            "§8.1.1 more than content-length",
            [
                .headers(1, Block.with(Block.post, "content-length", "3"), 4),
                .data(1, "four", 1),
            ],
            .stream(1, .protocolError)
        ),
        Case(
            "§8.1.1 less than content-length",
            [
                .headers(1, Block.with(Block.post, "content-length", "5"), 4), .data(1, "fo"),
                .data(1, "ur", 1),
            ],
            .stream(1, .protocolError)
        ),
        Case(
            "§8.1.1 as much as content-length",
            [
                .headers(1, Block.with(Block.post, "content-length", "4"), 4), .data(1, "fo"),
                .data(1, "ur", 1),
            ],
            .fine
        ),
        Case(
            "§8.1.1 no content at all",
            [.headers(1, Block.with(Block.post, "content-length", "5"))],
            .stream(1, .protocolError)
        ),
    ]

    private static let headCases = [
        Case("§6.2 HEADERS on stream 0", [.headers(0)], .connection(.protocolError)),
        Case(
            "§6.2 padding longer than the payload",
            [.headers(1, [200] + Block.get, 0xd)],
            .connection(.protocolError)
        ),
        Case(
            "§6.2 padding",
            [.headers(1, [2, 0, 0, 0, 0, 5] + Block.get + [0, 0], 0x2d)],
            .fine
        ),
        Case(
            "§6.2 padded without a length",
            [.headers(1, [], 0xd)],
            .connection(.frameSizeError)
        ),
        Case(
            "§6.2 priority cut short",
            [.headers(1, [0, 0, 0], 0x25)],
            .connection(.frameSizeError)
        ),
        Case(
            "§6.10 CONTINUATION frames",
            [
                .headers(1, Array(Block.get[..<2]), 1),
                TestFrame(.continuation, 0, 1, Array(Block.get[2..<4])),
                TestFrame(.continuation, 4, 1, Array(Block.get[4...])),
            ],
            .fine
        ),
        Case(
            "§6.10 CONTINUATION on another stream",
            [.headers(1, Block.get, 1), TestFrame(.continuation, 4, 3)],
            .connection(.protocolError)
        ),
        Case(
            "§6.10 DATA within a head",
            [.headers(1, Block.post, 0), .data(1, "x")],
            .connection(.protocolError)
        ),
        Case(
            "§6.10 CONTINUATION behind a whole head",
            [open, TestFrame(.continuation, 4, 1, Block.get)],
            .connection(.protocolError)
        ),
        Case("§8.1 trailers", [open, .headers(1, Block.with([], "a", "b"))], .fine),
        Case(
            "§8.1 a second head that does not end the stream",
            [open, .headers(1, Block.with([], "a", "b"), 4)],
            .stream(1, .protocolError)
        ),
        Case(
            "§8.1 pseudo-header field in trailers",
            [open, .headers(1, [0x82])],
            .stream(1, .protocolError)
        ),
        Case(
            "§8.2 upper case",
            [.headers(1, Block.with(Block.get, "X-A", "b"))],
            .stream(1, .protocolError)
        ),
        Case(
            "§8.2.2 connection",
            [.headers(1, Block.with(Block.get, "connection", "close"))],
            .stream(1, .protocolError)
        ),
        Case("§8.3 without a method", [.headers(1, [0x86, 0x84])], .stream(1, .protocolError)),
        Case(
            "§8.3 :path twice",
            [.headers(1, Block.get + [0x84])],
            .stream(1, .protocolError)
        ),
    ]

    private static let controlCases = [
        Case(
            "§6.3 PRIORITY on stream 0",
            [TestFrame(.priority, 0, 0, [0, 0, 0, 1, 9])],
            .connection(.protocolError)
        ),
        Case(
            "§6.3 PRIORITY of four bytes",
            [half, TestFrame(.priority, 0, 1, [0, 0, 0, 3])],
            .stream(1, .frameSizeError)
        ),
        Case("§6.4 RST_STREAM on stream 0", [.reset(0, .cancel)], .connection(.protocolError)),
        Case(
            "§6.4 RST_STREAM of three bytes",
            [half, TestFrame(.reset, 0, 1, [0, 0, 0])],
            .connection(.frameSizeError)
        ),
        Case(
            "§6.5 acknowledgement with a payload",
            [TestFrame(.settings, 1, 0, [0, 0, 0, 0, 0, 0])],
            .connection(.frameSizeError)
        ),
        Case(
            "§6.5 SETTINGS on a stream",
            [TestFrame(.settings, 0, 1, [])],
            .connection(.protocolError)
        ),
        Case(
            "§6.5 SETTINGS of five bytes",
            [TestFrame(.settings, 0, 0, [0, 0, 0, 0, 0])],
            .connection(.frameSizeError)
        ),
        Case("§6.5.2 ENABLE_PUSH of 2", [.settings([(2, 2)])], .connection(.protocolError)),
        Case(
            "§6.5.2 window beyond 2^31 - 1",
            [.settings([(4, 0x8000_0000)])],
            .connection(.flowControlError)
        ),
        Case("§6.5.2 small frames", [.settings([(5, 16_383)])], .connection(.protocolError)),
        Case("§6.5.2 large frames", [.settings([(5, 1 << 24)])], .connection(.protocolError)),
        Case("§6.5.2 unknown parameter", [.settings([(0xff, 1)])], .fine),
        Case(
            "§6.7 PING on a stream",
            [TestFrame(.ping, 0, 1, Array(1...8))],
            .connection(.protocolError)
        ),
        Case(
            "§6.7 PING of six bytes",
            [TestFrame(.ping, 0, 0, Array(1...6))],
            .connection(.frameSizeError)
        ),
        Case(
            "§6.8 GOAWAY on a stream",
            [TestFrame(.goAway, 0, 1, Array(repeating: 0, count: 8))],
            .connection(.protocolError)
        ),
        Case(
            "§6.8 GOAWAY cut short",
            [TestFrame(.goAway, 0, 0, [0, 0, 0, 0])],
            .connection(.frameSizeError)
        ),
        Case("§6.9 increment of 0", [.windowUpdate(0, 0)], .connection(.protocolError)),
        Case(
            "§6.9 increment of 0 on a stream",
            [half, .windowUpdate(1, 0)],
            .stream(1, .protocolError)
        ),
        Case(
            "§6.9 WINDOW_UPDATE of three bytes",
            [TestFrame(.windowUpdate, 0, 0, [0, 0, 1])],
            .connection(.frameSizeError)
        ),
        Case(
            "§6.9.1 window beyond 2^31 - 1",
            [.windowUpdate(0, 0x7fff_ffff)],
            .connection(.flowControlError)
        ),
        Case(
            "§6.9.1 stream's window beyond 2^31 - 1",
            [half, .windowUpdate(1, 0x7fff_ffff)],
            .stream(1, .flowControlError)
        ),
        Case(
            "§6.9.2 initial window that makes one too large",
            [half, .windowUpdate(1, 0x7fff_0000), .settings([(4, 0x7fff_ffff)])],
            .connection(.flowControlError)
        ),
    ]
}
