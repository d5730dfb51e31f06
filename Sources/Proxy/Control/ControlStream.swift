import Base
import Crypto
import Reactor

/// The bytes of one connection of the control loop, plain or over TLS.
struct ControlStream: ~Copyable {
    /// How far a handshake has come.
    enum Handshake: Hashable {
        case done
        case pending
        case failed(String)
    }

    /// What TLS needs besides; a plain connection has nothing of it.
    private struct Secret {
        let link: TLSLink
        let sealed = IOBuffer(size: 16_384)
        let plain = IOBuffer(size: 16_384 + TLSSession.recordRoom)
        var hasStarted: Bool
        /// Whether the first bytes may say that it is plain after all.
        var mayBePlain = false
        /// What the peer has ended with, to be met after what came before it.
        var end: TLSSession.End?
    }

    let socket: Socket
    private var secret: Secret?

    /// Our end of a connection to a server; without `session` it is plain.
    init(to socket: consuming Socket, _ session: TLSSession?) {
        self.socket = socket
        secret = session.map { Secret(link: TLSLink($0), hasStarted: false) }
    }

    /// A client's connection, plain without `session`, and where it may be, by what comes first.
    init(from socket: consuming Socket, _ session: TLSSession?, mayBePlain: Bool) {
        self.socket = socket
        secret = session.map {
            Secret(link: TLSLink($0), hasStarted: true, mayBePlain: mayBePlain)
        }
    }

    /// Whether the kernel has taken all that was sent.
    var isDrained: Bool { secret?.link.sealed.isEmpty ?? true }

    /// Why TLS failed, if it did.
    var failure: TLSFailure? {
        if case .failed(let failure)? = secret?.end { failure } else { nil }
    }

    /// Whether an end that has been met may have been an accident.
    var isCut: Bool {
        guard let secret else { return false }
        return secret.end != .closed
    }

    /// Goes on with the handshake as a client, as far as the kernel allows.
    mutating func shakeHands() -> Handshake {
        guard let link = secret?.link else { return .done }
        if secret?.hasStarted == false {
            secret?.hasStarted = true
            link.session.start(to: &link.sealed)
        }
        guard push() else { return .failed("connection closed") }
        while link.session.isHandshaking {
            var early = ByteBuffer()
            switch read(into: &early, room: 0) {
            case .transferred: break
            case .wouldBlock: return link.session.isHandshaking ? .pending : .done
            case .ended: return .failed(failure?.description ?? "closed in the handshake")
            case .failed(let error): return .failed("\(error)")
            }
        }
        return .done
    }

    /// Reads to the end of `buffer`; over TLS it takes as much as has come, whatever the room.
    mutating func read(into buffer: inout ByteBuffer, room: Int) -> IOResult {
        guard secret != nil else { return socket.read(into: &buffer, room: room) }
        while secret?.end == nil {
            guard let secret else { break }
            let result = socket.read(into: secret.sealed.raw)
            guard case .transferred(let count) = result else { return result }
            if secret.mayBePlain, !isHandshake(secret.sealed.filled(count)[0]) {
                let bytes = secret.sealed.filled(count)
                buffer.append(bytes.span)
                self.secret = nil
                return .transferred(count)
            }
            self.secret?.mayBePlain = false
            let opened = open(count, of: secret, into: &buffer)
            if !push() { return .ended }
            if opened > 0 || secret.link.session.isFailed { return .transferred(opened) }
            if !secret.link.session.isHandshaking, room == 0 { return .transferred(0) }
        }
        return .ended
    }

    /// Whether a record of a handshake begins so (RFC 8446 §5.1).
    private func isHandshake(_ byte: UInt8) -> Bool { byte == 22 }

    /// Opens what was read; yields how many bytes of plaintext that was.
    private mutating func open(
        _ count: Int,
        of secret: Secret,
        into buffer: inout ByteBuffer
    ) -> Int {
        let bytes = secret.sealed.filled(count)
        let received = secret.link.session.receive(
            bytes.span,
            into: secret.plain.raw,
            replies: &secret.link.sealed
        )
        let plain = secret.plain.filled(received.count)
        buffer.append(plain.span)
        self.secret?.end = received.end
        if case .plainHTTP? = failure?.cause { secret.link.sealed.append(LocalReply.plainHTTP) }
        return received.count
    }

    /// Sends what stands in `buffer`; over TLS it takes all of it at once.
    ///
    /// `isDrained` says whether that has left.
    mutating func send(_ buffer: inout ByteBuffer) -> IOResult {
        guard let link = secret?.link else {
            let result = socket.send(buffer)
            if case .transferred(let count) = result { buffer.consume(count) }
            return result
        }
        if link.session.isHandshaking, !buffer.isEmpty { return .wouldBlock }
        let count = buffer.readableCount
        let isSealed = buffer.withReadable { link.session.write($0, to: &link.sealed) }
        buffer.clear()
        guard isSealed, push() else { return .ended }
        return isDrained ? .transferred(count) : .wouldBlock
    }

    /// Sends `answer` and ends; over TLS it only ends, for who expects a handshake would take it
    /// for garbage.
    consuming func refuse(with answer: [UInt8]) {
        guard secret == nil else { return }
        _ = answer.withUnsafeBytes { socket.send($0) }
    }

    /// Says that nothing more will come.
    mutating func endOutput() {
        if let link = secret?.link {
            link.session.close(to: &link.sealed)
            _ = push()
        }
        socket.shutdownWrite()
    }

    /// Offers the kernel what is sealed; `false` when the connection is broken.
    private func push() -> Bool {
        guard let link = secret?.link else { return true }
        while !link.sealed.isEmpty {
            switch socket.send(link.sealed) {
            case .transferred(let count): link.sealed.consume(count)
            case .wouldBlock: return true
            case .ended, .failed: return false
            }
        }
        return true
    }
}
