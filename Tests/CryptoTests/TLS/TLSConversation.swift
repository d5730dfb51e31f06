import Base

@testable import Crypto

/// A client and a server that speak with each other in memory.
final class TLSConversation {
    let client: TLSSession
    let server: TLSSession
    private var toServer = ByteBuffer()
    private var toClient = ByteBuffer()
    private let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 16)

    /// What each has read so far.
    private(set) var atServer: [UInt8] = []
    private(set) var atClient: [UInt8] = []
    /// How it ended for each.
    private(set) var serverEnd: TLSSession.End?
    private(set) var clientEnd: TLSSession.End?
    /// Bytes from server to client, sealed.
    private(set) var sealedCount = 0
    /// How many bytes arrive at a time.
    var step = Int.max

    init(client: TLSSession, server: TLSSession) {
        self.client = client
        self.server = server
        client.start(to: &toServer)
    }

    deinit {
        plain.deallocate()
    }

    /// Carries bytes to and fro until nobody says anything more.
    @discardableResult
    func run() -> TLSConversation {
        while !toServer.isEmpty || !toClient.isEmpty {
            while !toServer.isEmpty { deliverToServer() }
            while !toClient.isEmpty { deliverToClient() }
        }
        return self
    }

    private func deliverToServer() {
        let count = min(step, 65_536, toServer.readableCount)
        let received = toServer.withReadable { bytes in
            server.receive(bytes.extracting(0..<count), into: plain, replies: &toClient)
        }
        toServer.consume(count)
        atServer += plain[..<received.count]
        serverEnd = received.end ?? serverEnd
    }

    private func deliverToClient() {
        let count = min(step, 65_536, toClient.readableCount)
        sealedCount += count
        let received = toClient.withReadable { bytes in
            client.receive(bytes.extracting(0..<count), into: plain, replies: &toServer)
        }
        toClient.consume(count)
        atClient += plain[..<received.count]
        clientEnd = received.end ?? clientEnd
    }

    @discardableResult
    func clientSays(_ bytes: [UInt8]) -> Bool {
        client.write(bytes.span, to: &toServer)
    }

    @discardableResult
    func serverSays(_ bytes: [UInt8]) -> Bool {
        server.write(bytes.span, to: &toClient)
    }

    func clientCloses() {
        client.close(to: &toServer)
    }

    func serverCloses() {
        server.close(to: &toClient)
    }

    /// Hands the server bytes that no client of ours would send.
    func serverHears(_ bytes: [UInt8]) {
        toServer.clear()
        toServer.append(bytes)
    }

    /// Changes a byte that is on its way to the client.
    func spoilLastByteToClient() {
        var bytes = toClient.withReadable { $0.array(0..<$0.count) }
        bytes[bytes.count - 1] ^= 1
        toClient.clear()
        toClient.append(bytes)
    }

    var serverFailure: TLSFailure.Cause? { serverEnd?.cause }
    var clientFailure: TLSFailure.Cause? { clientEnd?.cause }
}

extension TLSSession.End {
    var cause: TLSFailure.Cause? {
        switch self {
        case .closed: nil
        case .failed(let failure): failure.cause
        }
    }
}
