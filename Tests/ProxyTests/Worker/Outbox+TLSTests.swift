import Base
import Crypto
import Reactor
import Support
import Testing

@testable import Proxy

@Suite struct OutboxTLSTests {
    /// A client's session and a server's outbox, whose handshake is over.
    private final class Talk {
        let client: TLSSession
        let link: TLSLink
        let sockets: SocketPair
        var outbox = Outbox()
        var buffers = BufferPool(capacity: 4, largestKept: 1 << 20)
        private let plain = IOBuffer(size: 65_536 + TLSSession.recordRoom)

        init() throws {
            let authority = try TestAuthority()
            let server = try TLSServer([.init(try authority.issue(["DNS:a.test"]))])
            var settings = TLSClient.Settings()
            settings.authority = authority.own.chain
            client = TLSSession(
                client: try TLSClient(settings),
                name: "a.test",
                cache: nil,
                protocols: []
            )
            let tickets = TicketKeys(now: Instant(nanoseconds: 0))
            link = TLSLink(TLSSession(server: server, tickets: tickets, protocols: []))
            sockets = try SocketPair()
            outbox.tls = link
            outbox.framing = .identity
            var toServer = ByteBuffer()
            client.start(to: &toServer)
            while !toServer.isEmpty || !link.sealed.isEmpty {
                let input = plain.raw
                _ = toServer.withReadable {
                    link.session.receive($0, into: input, replies: &link.sealed)
                }
                toServer.clear()
                _ = link.sealed.withReadable { client.receive($0, into: input, replies: &toServer) }
                link.sealed.clear()
            }
        }

        func write(_ bytes: [UInt8]) -> Int {
            outbox.write(bytes.span, to: sockets.near, &buffers)
        }

        func flush() -> Int {
            outbox.flush(to: sockets.near, &buffers)
        }

        /// What the client can read now.
        func read() -> [UInt8] {
            var found: [UInt8] = []
            var replies = ByteBuffer()
            let sealed = sockets.receivedBytes()
            for start in stride(from: 0, to: sealed.count, by: 65_536) {
                let piece = Array(sealed[start..<min(start + 65_536, sealed.count)])
                let received = client.receive(piece.span, into: plain.raw, replies: &replies)
                found += plain.filled(received.count)
            }
            return found
        }
    }

    @Test func `small pieces gather and leave as one record`() throws {
        let talk = try Talk()

        let first = talk.write([1, 2, 3])
        let second = talk.write([4])
        let sent = talk.flush()
        let read = talk.read()
        let isEmpty = talk.outbox.isEmpty

        #expect(first == 0 && second == 0)
        #expect(sent == 4 + 22)
        #expect(read == [1, 2, 3, 4])
        #expect(isEmpty)
    }

    @Test func `a large piece leaves at once, behind what waits`() throws {
        let talk = try Talk()

        _ = talk.write([9])
        let sent = talk.write([UInt8](repeating: 7, count: 20_000))
        let read = talk.read()

        #expect(sent == 20_000)
        #expect(read == [9] + [UInt8](repeating: 7, count: 20_000))
    }

    @Test func `what the kernel does not take waits sealed`() throws {
        let talk = try Talk()
        let piece = [UInt8](repeating: 7, count: 60_000)
        var written = 0
        while !talk.outbox.isBlocked, written < 1_000 {
            _ = talk.write(piece)
            written += 1
        }
        let wasEmpty = talk.outbox.isEmpty
        let memory = talk.outbox.sealedCount
        var read = talk.read().count
        while !talk.outbox.isEmpty {
            talk.outbox.isBlocked = false
            _ = talk.flush()
            read += talk.read().count
        }

        #expect(!wasEmpty && memory > 0)
        #expect(read == written * piece.count)
    }

    @Test func `before the handshake is over everything waits`() throws {
        let talk = try Talk()
        let tickets = TicketKeys(now: Instant(nanoseconds: 0))
        let server = try TLSServer([.init(try TestAuthority().issue(["DNS:a.test"]))])
        talk.outbox.tls = TLSLink(TLSSession(server: server, tickets: tickets, protocols: []))

        let sent = talk.write([UInt8](repeating: 7, count: 20_000)) + talk.flush()
        let waiting = talk.outbox.bytes.readableCount

        #expect(sent == 0)
        #expect(waiting == 20_000)
    }

    @Test func `an end is said once everything has left`() throws {
        let talk = try Talk()
        _ = talk.write([1])
        talk.outbox.sealEnd(to: talk.sockets.near)
        let early = talk.read()
        _ = talk.flush()
        talk.outbox.sealEnd(to: talk.sockets.near)
        let late = talk.read()

        #expect(early == [])
        #expect(late == [1])
        #expect(!talk.client.isFailed)
    }
}
