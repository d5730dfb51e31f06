import Base
import Testing

@testable import Wire

/// Both ends talk to each other; whatever chance does, every byte arrives once and in order.
@Suite struct HTTP2PairTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func `every byte arrives once and in order`(_ seed: UInt64) {
        var pair = Pair(seed: seed)

        pair.run()
        let problems = pair.problems

        #expect(problems.isEmpty, "seed \(seed)")
    }
}

/// One end, what is on its way to it, and what it is to send and has received.
private struct End: ~Copyable {
    var link: HTTP2Connection
    var output = ByteBuffer()
    var inbox: [UInt8] = []
    var parties: [UInt32: Party] = [:]
    var hasFailed = false

    /// One stream as its application sees it.
    struct Party {
        var toSend: [UInt8]
        var sent = 0
        var hasTrailers = false
        var isDone = false
        var received: [UInt8] = []
        var uncredited = 0
        var hasEnd = false
        var isReset = false
    }
}

private struct Pair: ~Copyable {
    private var client: End
    private var server: End
    private var random: RandomSource
    private var opened = 0
    private let total: Int
    private(set) var problems: [String] = []

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
        var limits = HTTP2Limits()
        limits.outputSize = 1 + Int(random.next() % 100_000)
        limits.streams = 1 + Int(random.next() % 20)
        limits.streamWindow = 65_535 + Int(random.next() % 3) * 40_000
        client = End(link: HTTP2Connection(.client, limits))
        server = End(link: HTTP2Connection(.server, limits))
        total = 30
    }

    mutating func run() {
        client.link.start(to: &client.output)
        server.link.start(to: &server.output)
        var rounds = 0
        while rounds < 100_000, !isFinished() {
            rounds += 1
            step()
        }
        if !isFinished() { problems.append("not finished") }
        check()
    }

    private mutating func isFinished() -> Bool {
        opened == total && client.link.openStreams == 0 && server.link.openStreams == 0
            && client.output.isEmpty && server.output.isEmpty
            && client.inbox.isEmpty && server.inbox.isEmpty
    }

    private mutating func step() {
        switch random.next() % 8 {
        case 0: open()
        case 1: client.speak(&random)
        case 2: server.speak(&random)
        case 3: Self.carry(&client.output, to: &server.inbox, &random)
        case 4: Self.carry(&server.output, to: &client.inbox, &random)
        case 5: client.listen(&random)
        case 6: server.listen(&random)
        default:
            client.creditSome(&random)
            server.creditSome(&random)
        }
        if client.hasFailed || server.hasFailed { problems.append("failed") }
    }

    private mutating func open() {
        guard opened < total, let stream = client.link.open(tag: 5) else { return }
        opened += 1
        let party = End.Party(toSend: Self.body(stream.number, random.next()))
        client.parties[stream.number] = party
        let head = Array("POST /\(stream.number) HTTP/1.1\r\nhost: a\r\n\r\n".utf8)
        client.link.sendHead(head.span, on: stream, endsStream: false, to: &client.output)
    }

    /// What is sent on a stream; its bytes tell where they belong.
    static func body(_ stream: UInt32, _ chance: UInt64) -> [UInt8] {
        let count = Int(chance % 4 == 0 ? chance >> 8 % 200_000 : chance >> 8 % 300)
        return Array(noise[Int(stream)..<Int(stream) + count])
    }

    /// Streams begin at different places of it, and no two of them are alike.
    private static let noise = {
        var random = RandomSource(seed: 1)
        return (0..<200_100).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) }
    }()

    private static func carry(
        _ output: inout ByteBuffer,
        to inbox: inout [UInt8],
        _ random: inout RandomSource
    ) {
        let count = min(output.readableCount, Int(random.next() % 40_000))
        inbox += output.withReadable { $0.array(0..<count) }
        output.consume(count)
    }

    private mutating func check() {
        if client.link.queuedBytes + server.link.queuedBytes > 0 { problems.append("queued") }
        for (stream, asked) in client.parties {
            guard let answered = server.parties[stream] else {
                problems.append("\(stream) never came")
                continue
            }
            if asked.isReset || answered.isReset {
                let isPrefix =
                    asked.toSend.starts(with: answered.received)
                    && answered.toSend.starts(with: asked.received)
                if !isPrefix { problems.append("\(stream) differs until its reset") }
                continue
            }
            if asked.toSend != answered.received { problems.append("request \(stream)") }
            if answered.toSend != asked.received { problems.append("response \(stream)") }
            if !asked.hasEnd || !answered.hasEnd { problems.append("\(stream) has no end") }
        }
    }
}

extension End {
    /// Sends a part of what one stream has to say, or lets go what waits.
    mutating func speak(_ random: inout RandomSource) {
        link.pump(to: &output, room: Int(random.next() % 100_000))
        while link.nextDrained() != nil {}
        let open = parties.filter { !$0.value.isDone && !$0.value.isReset }.keys.sorted()
        guard !open.isEmpty else { return }
        let number = open[Int(random.next() % UInt64(open.count))]
        guard var party = parties[number] else { return }
        let stream = StreamID(number)
        if random.next() % 200 == 0 {
            party.isReset = true
            link.reset(stream, .cancel, to: &output)
        } else if link.pending(on: stream) == 0 {
            let rest = party.toSend.count - party.sent
            let count = min(rest, Int(random.next() % 60_000))
            let data = Array(party.toSend[party.sent..<party.sent + count])
            party.sent += count
            let isLast = party.sent == party.toSend.count
            let hasTrailers = isLast && random.next() % 2 == 0
            link.send(data.span, on: stream, endsStream: isLast && !hasTrailers, to: &output)
            if hasTrailers {
                let text = Array("x-sum: \(party.sent)\r\n".utf8)
                link.sendTrailers(text.span, on: stream, to: &output)
            }
            party.isDone = isLast
        }
        parties[number] = party
    }

    /// Understands a part of what has arrived.
    mutating func listen(_ random: inout RandomSource) {
        let arrived = Array(inbox.prefix(1 + Int(random.next() % 50_000)))
        var index = 0
        while true {
            let now = Instant(nanoseconds: 1)
            let event = link.next(arrived.span, &index, now: now, to: &output)
            if case .needsMore = event { break }
            take(event, arrived, &random)
        }
        inbox.removeFirst(index)
        // What is left of a frame is shown again with more behind it.
        if index == 0, inbox.count > 50_000 { hasFailed = true }
    }

    mutating func creditSome(_ random: inout RandomSource) {
        for (number, party) in parties where party.uncredited > 0 && random.next() % 2 == 0 {
            link.credit(party.uncredited, on: StreamID(number), to: &output)
            parties[number]?.uncredited = 0
        }
    }

    private mutating func take(
        _ event: HTTP2Event,
        _ bytes: [UInt8],
        _ random: inout RandomSource
    ) {
        switch event {
        case .head(let stream, let endsStream):
            if link.role == .server {
                parties[stream.number] = Party(toSend: Pair.body(stream.number, random.next()))
                let head = Array("HTTP/1.1 200 OK\r\nserver: x\r\n\r\n".utf8)
                link.sendHead(head.span, on: stream, endsStream: false, to: &output)
            }
            if endsStream { parties[stream.number]?.hasEnd = true }
        case .data(let stream, let range, let endsStream):
            parties[stream.number]?.received += bytes[range]
            parties[stream.number]?.uncredited += range.count
            if endsStream { parties[stream.number]?.hasEnd = true }
        case .trailers(let stream):
            parties[stream.number]?.hasEnd = true
        case .reset(let stream, _, _): parties[stream.number]?.isReset = true
        case .failed, .refusedHead: hasFailed = true
        case .needsMore, .interim, .windowOpened, .settings, .goAway, .pong: break
        }
    }
}
