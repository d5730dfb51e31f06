import Base
import Glibc
import Reactor
import Testing
import Wire

@testable import Proxy

@Suite struct OutboxPipeTests {
    @Test func `a body moves until its source has no more`() throws {
        let source = try SocketPair()
        let target = try SocketPair()
        var outbox = Outbox()
        outbox.framing = .identity
        let body = pattern(20_000)
        source.send(body)

        outbox.pipe = Pipe.make()
        let spliced = outbox.splice(from: source.near, to: target.near, atMost: 1 << 20)

        let received = target.receivedBytes()
        let isIdle = outbox.isPipeIdle
        #expect(spliced.count == 20_000)
        #expect(spliced.end == .wouldBlock)
        #expect(received == body)
        #expect(isIdle)
    }

    @Test func `the limit is kept to the byte`() throws {
        let source = try SocketPair()
        let target = try SocketPair()
        var outbox = Outbox()
        outbox.framing = .identity
        let body = pattern(20_000)
        source.send(body)

        outbox.pipe = Pipe.make()
        let spliced = outbox.splice(from: source.near, to: target.near, atMost: 15_001)

        let received = target.receivedBytes()
        let rest = source.arrived()
        #expect(spliced.count == 15_001)
        #expect(spliced.end == nil)
        #expect(received + rest == body)
    }

    @Test func `what waits in the pipe leaves before what came later`() throws {
        let source = try SocketPair()
        let target = try SocketPair()
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)
        outbox.framing = .identity
        var sent: [UInt8] = []
        outbox.pipe = Pipe.make()
        while !outbox.isBlocked {
            let piece = pattern(60_000)
            source.send(piece)
            sent += piece
            _ = outbox.splice(from: source.near, to: target.near, atMost: 1 << 20)
        }
        let isWaiting = outbox.pipedCount > 0
        outbox.isBlocked = false
        let tail = pattern(9_000)
        _ = outbox.write(tail.span, to: target.near, &buffers)

        var received = target.receivedBytes()
        while !outbox.bytes.isEmpty {
            outbox.isBlocked = false
            _ = outbox.drainPipe(into: target.near)
            _ = outbox.flush(to: target.near, &buffers)
            received += target.receivedBytes()
        }

        #expect(isWaiting)
        #expect(received == sent + source.arrived() + tail)
    }

    @Test func `a pipe goes only before everything, and only where nothing is framed`() throws {
        let target = try SocketPair()
        var buffers = BufferPool(capacity: 4, largestKept: 65_536)
        var outbox = Outbox()
        outbox.framing = .identity
        let isTaken = outbox.takesPipe
        outbox.framing = .chunked
        let isTakenByChunks = outbox.takesPipe
        outbox.framing = .identity
        _ = outbox.write(pattern(10).span, to: target.near, &buffers)
        let isTakenBehindBytes = outbox.takesPipe

        #expect(isTaken && !isTakenByChunks && !isTakenBehindBytes)
    }

    @Test(arguments: [
        (20_000, 12_000, 64), (16_240, 12_000, 20), (1_024, 480, 0), (64, 1, 0), (1_000_000, 1, 64),
    ]) func `pipes take descriptors that nobody was promised`(
        _ descriptors: Int,
        _ connections: Int,
        _ pipes: Int
    ) {
        let possible = Worker.pipes(
            within: descriptors,
            connections: connections,
            upstream: 4_096,
            workers: 2
        )

        #expect(possible == pipes)
    }

    @Test(arguments: [(256, 4), (1_024, 16), (20_000, 64)])
    func `pipes are left where connections take all there is`(_ descriptors: Int, _ pipes: Int) {
        let connections = ControlLoop.connections(
            within: descriptors,
            upstream: 16_384,
            workers: 1
        )
        let possible = Worker.pipes(
            within: descriptors,
            connections: connections,
            upstream: 16_384,
            workers: 1
        )

        #expect(possible == pipes)
    }

    private func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
    }
}
