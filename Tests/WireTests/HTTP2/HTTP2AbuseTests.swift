import Base
import Testing

@testable import Wire

/// What ends a connection with ENHANCE_YOUR_CALM, and what honest peers may do (RFC 9113 §10.5).
@Suite struct HTTP2AbuseTests {
    @Test func `streams opened to be reset are abuse`() {
        let count = framesUntilFailure("rapid_reset") { number in
            [.headers(number), .reset(number, .cancel)]
        }

        #expect(count == 201)
    }

    @Test(arguments: ["window overflow", "increment 0", "data", "head", "priority"])
    func `whoever makes us reset streams is counted alike`(_ trick: String) {
        let count = framesUntilFailure("rapid_reset") { number in
            switch trick {
            case "window overflow": [.headers(number), .windowUpdate(number, 0x7fff_ffff)]
            case "increment 0": [.headers(number), .windowUpdate(number, 0)]
            case "data": [.headers(number), .data(number, "x")]
            case "head": [.headers(number, [0x82])]
            default: [.headers(number, [0, 0, 0, 0, 0], 0x25), .headers(number)]
            }
        }

        #expect(count == 201)
    }

    @Test func `one caller of many may reset its streams`() {
        let count = framesUntilFailure("rapid_reset") { number in
            let other = number * 5
            return [
                .headers(other), .reset(other, .cancel), .headers(other + 2), .headers(other + 4),
            ]
        } onHead: { link, stream in
            link.sendHead("HTTP/1.1 204 No Content", on: stream, endsStream: true)
        }

        #expect(count == nil)
    }

    @Test func `a stream that was answered may be reset`() {
        let count = framesUntilFailure("rapid_reset") { number in
            [.headers(number), .reset(number, .cancel)]
        } onHead: { link, stream in
            link.sendHead("HTTP/1.1 200 OK", on: stream)
        }

        #expect(count == nil)
    }

    @Test func `a head in too many parts is abuse`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1, [0x82], 0))

        let allowed = link.receive((0..<16).map { _ in TestFrame(.continuation, 0, 1, [0x86]) })
        let events = link.receive(TestFrame(.continuation, 0, 1, [0x86]))

        #expect(allowed.isEmpty)
        #expect(events == ["failed continuation_flood"])
    }

    @Test func `a head of too many bytes is abuse, a large one is refused`() {
        var link = TestLink(.server)
        let line = Block.with([], "x", String(repeating: "a", count: 100))
        let part = Array(repeating: line, count: 150).flatMap(\.self)
        let large = [
            TestFrame.headers(1, Block.get + part, 1), TestFrame(.continuation, 0, 1, part),
            TestFrame(.continuation, 0, 1, part), TestFrame(.continuation, 4, 1, part),
        ]
        let refused = link.receive(large)
        let fine = link.receive(.headers(3))

        let events = link.receive(
            [.headers(5, part, 1)] + (0..<9).map { _ in TestFrame(.continuation, 0, 5, part) }
        )

        #expect(refused == ["refused 1 431 end"])
        #expect(fine == ["head 3 end"])
        #expect(events == ["failed header_bomb"])
    }

    @Test func `a few bytes that stand for very many are abuse`() {
        var link = TestLink(.server)
        let value = [UInt8](repeating: 97, count: 4_000)
        // Indexed: `x` with a value of 4,000 bytes; then the same again and again.
        let entry = [0x40, 1, 120, 0x7f, 0xa1, 0x1e] + value
        _ = link.receive(.headers(1, Block.get + entry))

        let events = link.receive(.headers(3, Array(repeating: 0xbe, count: 10_000)))

        #expect(events == ["failed header_bomb"])
    }

    @Test(arguments: [
        ("settings_flood", TestFrame.settings(), 101), ("ping_flood", .ping(1), 201),
        ("priority_flood", TestFrame(.priority, 0, 9, [0, 0, 0, 0, 1]), 211),
        ("priority_flood", TestFrame(kind: 99, 0, 0, []), 211),
        ("empty_frames", .data(1, ""), 101), ("window_update_flood", .windowUpdate(0, 1), 1_001),
        ("priority_flood", .reset(3, .cancel), 211),
    ])
    func `a flood is abuse`(_ abuse: String, _ frame: TestFrame, _ bound: Int) {
        var link = TestLink(.server)
        _ = link.receive(.headers(3, [0x82]), .headers(5, Block.post, 4))
        // A period of its own, with one stream opened.
        link.now = link.now.advanced(by: .seconds(11))
        _ = link.receive(.headers(7, Block.post, 4))
        var frame = frame
        if frame.kind == 0 { frame.stream = 7 }
        var count = 0
        var events: [String] = []

        while count < 5_000, !events.contains("failed \(abuse)") {
            events = link.receive(frame)
            count += 1
        }

        #expect(count == bound)
    }

    @Test func `empty parts of a head are abuse`() {
        var limits = HTTP2Limits()
        limits.continuations = 1_000
        var link = TestLink(.server, limits)
        _ = link.receive(.headers(1, [], 0))

        let events = link.receive((0..<100).map { _ in TestFrame(.continuation, 0, 1) })

        #expect(events == ["failed empty_frames"])
    }

    @Test func `whoever does not read what it is answered is not answered for ever`() {
        var link = TestLink(.server)
        link.output.append(Array(repeating: 0, count: 1_048_577))

        let events = link.receive(.ping(1))

        #expect(events == ["failed unread_output"])
    }

    @Test func `a client may measure by every frame it gets`() {
        var link = TestLink(.server)
        _ = link.receive(.headers(1))
        link.sendHead("HTTP/1.1 200 OK", on: 1)
        var failures: [String] = []

        for number in 0..<5_000 as Range<UInt64> {
            link.send("token", on: 1)
            let updates = [TestFrame.windowUpdate(0, 5), .windowUpdate(1, 5), .ping(number)]
            failures += link.receive(updates).filter { $0.hasPrefix("failed") }
            _ = link.sent()
        }

        #expect(failures.isEmpty)
    }

    /// How often `frames` came until the connection failed; `nil` when it did not.
    private func framesUntilFailure(
        _ name: String,
        _ frames: (UInt32) -> [TestFrame],
        onHead: (inout TestLink, UInt32) -> Void = { _, _ in }
    ) -> Int? {
        var link = TestLink(.server)
        for count in 1...1_000 {
            let number = UInt32(count * 2 - 1)
            for frame in frames(number) {
                let events = link.receive(frame)
                if events.last == "failed \(name)" { return count }
                if let head = events.first, head.hasPrefix("head") {
                    onHead(&link, frame.stream)
                }
            }
            _ = link.sent()
        }
        return nil
    }
}
