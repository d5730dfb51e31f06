import Base
import Glibc
import Reactor
import Testing

@testable import Bench

@Suite struct RelayTests {
    /// More than the buffers of both sockets hold, so that somebody has to wait.
    private static let count = 8 << 20

    @Test(arguments: [false, true]) func `a relay passes on what it is given`(
        _ isUnix: Bool
    ) throws {
        let path = "/tmp/relay-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).sock"
        var server = try ModelServer(at: isUnix ? .unix(path: path) : .local(0))
        let model = isUnix ? SocketAddress.unix(path: path) : .local(server.port)
        var relay = try Relay([Relay.Door(port: 0, model: model)])
        let client = try Socket.open(to: .local(relay.port(0)))
        let request = "GET /bytes?n=\(Self.count) HTTP/1.1\r\nHost: a\r\n\r\n"
        var output = ByteBuffer()
        output.append(request)

        relay.turn(upTo: .milliseconds(100))
        let sent = client.send(output)
        let received = receive(from: client, through: &relay, &server)

        #expect(sent == .transferred(request.utf8.count))
        #expect(received > Self.count && received < Self.count + 1_000)
    }

    @Test func `the end of a model is the end of its client`() throws {
        var listener: Listener? = try Listener(.local(0))
        let port = listener?.boundAddress?.port ?? 0
        var relay = try Relay([Relay.Door(port: 0, model: .local(port))])
        let client = try Socket.open(to: .local(relay.port(0)))

        relay.turn(upTo: .milliseconds(100))
        if case .accepted(let model, _) = listener?.accept() { model.abort() }
        listener = nil
        var result = IOResult.wouldBlock
        var input = ByteBuffer()
        for _ in 0..<200 where result == .wouldBlock {
            relay.turn(upTo: .milliseconds(10))
            result = client.read(into: &input, room: 100)
        }

        #expect(result == .ended)
    }

    /// What has come once all of it has, or nothing more comes.
    private func receive(
        from client: borrowing Socket,
        through relay: inout Relay,
        _ server: inout ModelServer
    ) -> Int {
        var received = 0
        var idle = 0
        var input = ByteBuffer()
        while received < Self.count, idle < 100 {
            relay.turn(upTo: .milliseconds(1))
            server.turn(upTo: .milliseconds(1))
            idle += 1
            while case .transferred(let count) = client.read(into: &input, room: 65_536) {
                received += count
                idle = 0
                input.clear()
            }
        }
        return received
    }
}
