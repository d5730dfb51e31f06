import Base
import Reactor
import Testing
import Wire

@testable import Proxy

@Suite struct AdminStreamsTests {
    private static let now = Instant(nanoseconds: 0)
    private static let date = Array("now".utf8)

    /// A client's end, and what it was told.
    private final class Client {
        var engine = HTTP2Connection(.client)
        var output = ByteBuffer()
        var heads: [StreamID: ResponseHead] = [:]
        var bodies: [StreamID: [UInt8]] = [:]
        var ended: Set<StreamID> = []
        var statuses: [StreamID: String] = [:]

        init() {
            engine.start(to: &output)
        }

        func ask(_ head: String, _ body: [UInt8]? = nil, ends: Bool = true) -> StreamID {
            guard let stream = engine.open(tag: 1) else { return StreamID(0) }
            let head = Array("\(head)\r\nhost: a\r\n\r\n".utf8)
            engine.sendHead(head.span, on: stream, endsStream: body == nil, to: &output)
            if let body { engine.send(body.span, on: stream, endsStream: ends, to: &output) }
            return stream
        }

        func call(_ method: String, _ service: String = "") -> StreamID {
            var message = ByteBuffer()
            GRPCHealth.append(requestFor: service, to: &message)
            var body = ByteBuffer()
            GRPCMessage.append(message, to: &body)
            return ask(
                "POST /grpc.health.v1.Health/\(method) HTTP/1.1\r\ncontent-type: application/grpc",
                body.withReadable { $0.array(0..<$0.count) }
            )
        }

        func take(_ input: inout ByteBuffer) {
            var index = 0
            input.withReadable { bytes in
                while true {
                    switch engine.next(bytes, &index, now: AdminStreamsTests.now, to: &output) {
                    case .needsMore: return
                    case .head(let stream, let ends):
                        var head = ResponseHead()
                        engine.takeHead(into: &head)
                        note(head.fields, stream)
                        heads[stream] = head
                        if ends { ended.insert(stream) }
                    case .data(let stream, let range, let ends):
                        bodies[stream, default: []].append(bytes.extracting(range))
                        if ends { ended.insert(stream) }
                    case .trailers(let stream):
                        note(engine.takeTrailers(), stream)
                        ended.insert(stream)
                    default: break
                    }
                }
            }
            input.consume(index)
        }

        private func note(_ fields: Fields, _ stream: StreamID) {
            if let value = fields.first(.grpcStatus) { statuses[stream] = fields.text(value) }
        }
    }

    /// The server's side of a client, as a connection has it.
    private final class Bench {
        let client = Client()
        var outbox = ByteBuffer()
        let streams: AdminStreams

        init() {
            streams = AdminStreams(to: &outbox)
        }

        func next() -> AdminStreams.Step {
            let peer = SocketAddress.ipv4(0x7f00_0001, port: 1)
            return streams.next(
                &client.output,
                from: peer,
                now: AdminStreamsTests.now,
                to: &outbox
            )
        }

        func deliver() {
            client.take(&outbox)
        }
    }

    @Test func `a page is asked for and answered`() throws {
        let bench = Bench()
        let stream = bench.client.ask("GET /readyz?verbose HTTP/1.1")

        guard case .asked(let asked, .page(let request)) = bench.next() else {
            Issue.record("nothing was asked")
            return
        }
        bench.streams.answer(asked, .text(200, "ok"), date: Self.date, to: &bench.outbox)
        bench.deliver()

        #expect(request.route == .readiness(isVerbose: true) && request.isLocal)
        #expect(bench.client.heads[stream]?.status == 200)
        #expect(bench.client.bodies[stream] == Array("ok\n".utf8))
        #expect(bench.client.ended == [stream] && bench.streams.isIdle)
    }

    @Test func `an answer to HEAD has no body`() {
        let bench = Bench()
        let stream = bench.client.ask("HEAD /livez HTTP/1.1")

        guard case .asked(let asked, _) = bench.next() else { return }
        bench.streams.answer(asked, .text(200, "ok"), date: Self.date, to: &bench.outbox)
        bench.deliver()

        #expect(bench.client.bodies[stream] == nil && bench.client.ended == [stream])
    }

    @Test func `a call asks for health and is told it`() {
        let bench = Bench()
        let stream = bench.client.call("Check", "readiness")

        guard case .asked(let asked, .health(.check, "readiness")) = bench.next() else {
            Issue.record("nothing was asked")
            return
        }
        var message = ByteBuffer()
        GRPCHealth.append(.serving, to: &message)
        bench.streams.reply(asked, message, to: &bench.outbox)
        bench.deliver()

        #expect(bench.client.bodies[stream] == [0, 0, 0, 0, 2, 8, 1])
        #expect(bench.client.statuses[stream] == "0" && bench.client.ended == [stream])
    }

    @Test func `a call of what is not here is refused at once`() {
        let bench = Bench()
        let stream = bench.client.call("Guess")

        guard case .needsMore = bench.next() else {
            Issue.record("it was taken")
            return
        }
        bench.deliver()

        #expect(bench.client.statuses[stream] == "12" && bench.streams.isIdle)
    }

    @Test func `a watcher is told of changes only`() {
        let bench = Bench()
        let stream = bench.client.call("Watch")
        guard case .asked(let asked, .health(.watch, "")) = bench.next() else {
            Issue.record("nothing was asked")
            return
        }

        bench.streams.watch(asked, "", to: &bench.outbox)
        for status in [GRPCHealth.ServingStatus.serving, .serving, .notServing, .notServing] {
            bench.streams.tellWatchers(to: &bench.outbox) { _ in status }
        }
        bench.deliver()

        #expect(bench.streams.watcherCount == 1 && bench.streams.isPatient)
        #expect(bench.client.bodies[stream] == [0, 0, 0, 0, 2, 8, 1, 0, 0, 0, 0, 2, 8, 2])
        #expect(bench.client.ended.isEmpty)
    }

    @Test func `a watcher that leaves is told no more`() {
        let bench = Bench()
        let stream = bench.client.call("Watch")
        guard case .asked(let asked, _) = bench.next() else { return }
        bench.streams.watch(asked, "", to: &bench.outbox)

        bench.client.engine.reset(stream, .cancel, to: &bench.client.output)
        _ = bench.next()

        #expect(bench.streams.watcherCount == 0 && bench.streams.isIdle)
    }

    @Test func `those who wait for a drain are known`() {
        let bench = Bench()
        let stream = bench.client.ask("GET /wait-for-drain HTTP/1.1")
        guard case .asked(let asked, _) = bench.next() else { return }

        bench.streams.holdUntilDrained(asked, now: Self.now)

        #expect(bench.streams.waiting.map(\.stream) == [stream])
        #expect(bench.streams.isPatient && !bench.streams.isIdle)
    }

    @Test func `a body that is too large is refused before its end`() {
        let bench = Bench()
        let large = [UInt8](repeating: 0, count: AdminStreams.bodyBytes + 1)
        let stream = bench.client.ask("POST /drain HTTP/1.1", large, ends: false)

        guard case .refused(let refused, 413) = bench.next() else {
            Issue.record("it was taken")
            return
        }
        let error = AdminAnswer.error(413, code: "malformed_request", "")
        bench.streams.answer(refused, error, date: Self.date, to: &bench.outbox)
        bench.deliver()

        #expect(refused == stream && bench.client.heads[stream]?.status == 413)
        #expect(bench.streams.isIdle && !bench.streams.isPatient)
    }

    @Test func `who does not answer a ping is not there`() {
        let bench = Bench()
        _ = bench.next()

        let first = bench.streams.ping(to: &bench.outbox)
        let second = bench.streams.ping(to: &bench.outbox)
        bench.deliver()
        _ = bench.next()
        let third = bench.streams.ping(to: &bench.outbox)

        #expect(first && !second && third)
    }

    @Test func `what is no HTTP/2 fails`() {
        let bench = Bench()
        bench.client.output.clear()
        bench.client.output.append("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\nmore than enough of it")

        guard case .failed = bench.next() else {
            Issue.record("it was taken")
            return
        }
    }
}
