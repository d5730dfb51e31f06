import Base
import Support
import Testing

@testable import Crypto

@Suite struct TLSSessionTests {
    @Test func `both sides read what the other wrote`() throws {
        let talk = try TLSBench().meet().run()

        talk.clientSays(Array("question".utf8))
        talk.run()
        talk.serverSays(Array("answer".utf8))
        talk.run()

        #expect(talk.atServer == Array("question".utf8))
        #expect(talk.atClient == Array("answer".utf8))
        #expect(talk.server.version == .tls13)
        #expect(talk.client.peerCertificate?.hosts == ["model.test"])
        #expect(talk.server.serverName == "model.test")
        #expect(talk.server.peerCertificate == nil)
        #expect(!talk.client.isResumed)
    }

    @Test(arguments: [1, 2, 7, 100, 16_384])
    func `it is the same however bytes are cut`(_ step: Int) throws {
        let talk = try TLSBench().meet()
        talk.step = step
        talk.run()
        let text = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

        talk.clientSays(text)
        talk.run()
        talk.serverSays(text)
        talk.run()

        #expect(talk.atServer == text)
        #expect(talk.atClient == text)
    }

    @Test func `a large text is sealed in records of 16 KiB`() throws {
        let talk = try TLSBench().meet().run()
        let before = talk.sealedCount
        let text = [UInt8](repeating: 7, count: 1 << 20)

        talk.serverSays(text)
        talk.run()

        #expect(talk.atClient == text)
        #expect(talk.sealedCount - before == (1 << 20) + 64 * 22)
    }

    @Test(arguments: [
        ("other.test", TLSFailure.Cause.certificateName),
        ("deep.model.test", .certificateName), ("127.0.0.2", .certificateName),
    ]) func `a certificate of another name is refused`(
        _ name: String,
        _ cause: TLSFailure.Cause
    ) throws {
        let talk = try TLSBench(["DNS:model.test", "DNS:*.models.test"]).meet(name).run()

        #expect(talk.clientFailure == cause)
        #expect(talk.serverFailure == .refusedByPeer)
        #expect(talk.client.isFailed)
    }

    @Test(arguments: [
        "model.test", "MODEL.test", "model.test.", "a.models.test", "10.0.0.1", "::1",
    ])
    func `names and addresses of a certificate are believed`(_ name: String) throws {
        let names = ["DNS:model.test", "DNS:*.models.test", "IP:10.0.0.1", "IP:::1"]
        let talk = try TLSBench(names).meet(name).run()

        #expect(talk.clientEnd == nil)
        #expect(!talk.client.isHandshaking)
        #expect(!talk.server.isHandshaking)
    }

    @Test func `a certificate that has expired is refused`() throws {
        let talk = try TLSBench(days: -1).meet().run()

        #expect(talk.clientFailure == .certificateExpired)
    }

    @Test func `a certificate that nobody vouches for is refused`() throws {
        var bench = try TLSBench()
        bench.settings.authority = try TestAuthority("stranger").own.chain

        let talk = try bench.meet().run()

        #expect(talk.clientFailure == .certificateUntrusted)
    }

    @Test func `without an authority nobody is believed`() throws {
        var bench = try TLSBench()
        bench.settings.authority = nil

        #expect(try bench.meet().run().clientFailure == .certificateUntrusted)
    }

    @Test func `who does not verify believes everybody`() throws {
        var bench = try TLSBench(days: -1)
        bench.settings.authority = nil
        bench.settings.verifies = false

        let talk = try bench.meet("other.test").run()

        #expect(talk.clientEnd == nil)
        #expect(!talk.client.isHandshaking)
    }

    @Test func `the name that is set goes before that of the endpoint`() throws {
        var bench = try TLSBench()
        bench.settings.name = "model.test"

        let talk = try bench.meet("10.9.8.7").run()

        #expect(talk.clientEnd == nil)
        #expect(talk.server.serverName == "model.test")
    }

    @Test(arguments: [
        ([ALPN.http2, .http1], [ALPN.http1, .http2], ALPN.http2),
        ([.http1], [.http2, .http1], .http1),
        ([.http2], [.http2], .http2),
    ]) func `the server's first protocol that the client knows is taken (RFC 7301)`(
        _ ours: [ALPN],
        _ theirs: [ALPN],
        _ choice: ALPN
    ) throws {
        var bench = try TLSBench()
        bench.serverProtocols = ours
        bench.clientProtocols = theirs

        let talk = try bench.meet().run()

        #expect(talk.server.alpn == choice)
        #expect(talk.client.alpn == choice)
    }

    @Test func `no protocol in common is a failure, none asked for is not`() throws {
        var bench = try TLSBench()
        bench.serverProtocols = [.http2]
        let silent = try bench.meet().run()
        bench.clientProtocols = [.http1]
        let other = try bench.meet().run()

        #expect(silent.server.alpn == nil)
        #expect(!silent.server.isHandshaking)
        #expect(other.serverFailure == .noProtocol)
        #expect(other.clientFailure == .refusedByPeer)
    }

    @Test func `an end that was said is told from one that was not`() throws {
        let talk = try TLSBench().meet().run()

        talk.clientSays([1, 2, 3])
        talk.clientCloses()
        talk.run()

        #expect(talk.atServer == [1, 2, 3])
        #expect(talk.serverEnd == .closed)
        #expect(talk.clientEnd == nil)
        // The other direction goes on until its own end (RFC 8446 §6.1).
        talk.serverSays([4])
        talk.serverCloses()
        talk.run()
        #expect(talk.atClient == [4])
        #expect(talk.clientEnd == .closed)
    }

    @Test func `a changed byte ends it`() throws {
        let talk = try TLSBench().meet().run()

        talk.serverSays([1, 2, 3])
        talk.spoilLastByteToClient()
        talk.run()

        #expect(talk.atClient.isEmpty)
        #expect(talk.clientFailure == .malformed)
        #expect(!talk.clientSays([1]))
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n", "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}",
        "\u{16}\u{3}\u{9}\u{7f}\u{7f}\u{1}\u{1}\u{1}\u{1}",
    ]) func `what is no TLS is told apart`(_ text: String) throws {
        let talk = try TLSBench().meet()

        talk.serverHears(Array(text.utf8))
        talk.run()

        #expect(talk.serverFailure == .notTLS)
    }

    @Test func `a request in plain HTTP is told apart from other garbage`() throws {
        let talk = try TLSBench().meet()

        talk.serverHears(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        talk.run()

        #expect(talk.serverFailure == .plainHTTP)
    }

    @Test func `a handshake that never ends is cut off`() throws {
        let bench = try TLSBench()
        let session = TLSSession(server: bench.server, tickets: bench.tickets, protocols: [])
        let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 100_000, alignment: 16)
        defer { plain.deallocate() }
        // The beginning of a hello of 128 KiB, which OpenSSL would wait for.
        var replies = ByteBuffer()
        let record: [UInt8] = [22, 3, 1, 64, 0] + [UInt8](repeating: 0, count: 16_384)
        var end: TLSSession.End?
        for index in 0..<9 where end == nil {
            var bytes = record
            if index == 0 { bytes.replaceSubrange(5..<9, with: [1, 1, 255, 255]) }
            end = session.receive(bytes.span, into: plain, replies: &replies).end
        }

        #expect(session.isFailed)
        #expect(end?.cause == .oversized || end?.cause == .malformed)
    }
}
