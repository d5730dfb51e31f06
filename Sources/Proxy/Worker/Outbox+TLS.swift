import Base
import Crypto
import Reactor

/// Bytes that leave sealed: `bytes` holds what is still plain, the link what is sealed and waits.
extension Outbox {
    /// Plaintext that is sealed at once; what waits behind it is sealed when that has left.
    private static let sealedAtOnce = 65_536

    /// Mutating only because it is then asked where it lies.
    var holdsTLS: Bool {
        mutating get { tls != nil }
    }

    /// Whether sealed bytes wait for the kernel.
    var holdsSealed: Bool {
        switch tls {
        case .some(let link): !link.sealed.isEmpty
        case .none: false
        }
    }

    /// Memory of sealed bytes.
    var sealedCount: Int { tls?.sealed.allocatedCount ?? 0 }

    /// Seals and sends what waits and then `payload`, or keeps it; yields what of it has left.
    mutating func write(
        _ payload: Span<UInt8>,
        through link: TLSLink,
        to socket: borrowing Socket
    ) -> Int {
        let isWaiting = isBlocked || !link.sealed.isEmpty || link.session.isHandshaking
        guard !isWaiting, payload.count > Self.gatheredCount,
            bytes.readableCount + payload.count <= Self.sealedAtOnce * 2
        else {
            bytes.append(payload)
            return 0
        }
        guard seal(link), link.session.write(payload, to: &link.sealed) else {
            fail()
            return 0
        }
        send(link, to: socket)
        return link.sealed.isEmpty ? payload.count : 0
    }

    /// Offers the kernel what waits, sealed; yields how many sealed bytes it took.
    mutating func flush(
        through link: TLSLink,
        to socket: borrowing Socket,
        _ buffers: inout BufferPool
    ) -> Int {
        isDirty = false
        var sent = 0
        while !isFailed, !isBlocked {
            if link.sealed.isEmpty {
                guard !bytes.isEmpty, !link.session.isHandshaking else { break }
                buffers.lend(to: &link.sealed)
                if !seal(link) { fail() }
            }
            sent += send(link, to: socket)
        }
        if bytes.isEmpty { buffers.reclaim(&bytes) }
        if link.sealed.isEmpty { buffers.reclaim(&link.sealed) }
        return sent
    }

    /// Says that nothing more will come, where that can be said: the peer must be able to tell it
    /// from an accident (RFC 8446 §6.1).
    mutating func sealEnd(to socket: borrowing Socket) {
        guard let link = tls, !isFailed, !isBlocked, bytes.isEmpty else { return }
        link.session.close(to: &link.sealed)
        guard !link.sealed.isEmpty else { return }
        send(link, to: socket)
    }

    /// Seals the first of what waits; `false` when the session is of no more use.
    private mutating func seal(_ link: TLSLink) -> Bool {
        let count = min(bytes.readableCount, Self.sealedAtOnce)
        let isDone = bytes.withReadable { bytes in
            link.session.write(bytes.extracting(0..<count), to: &link.sealed)
        }
        if isDone { bytes.consume(count) }
        return isDone
    }

    @discardableResult
    private mutating func send(_ link: TLSLink, to socket: borrowing Socket) -> Int {
        guard !isFailed else { return 0 }
        switch socket.send(link.sealed) {
        case .transferred(let count):
            isBlocked = count < link.sealed.readableCount
            link.sealed.consume(count)
            return count
        case .wouldBlock:
            isBlocked = true
        case .ended, .failed:
            fail()
        }
        return 0
    }

    private mutating func fail() {
        isFailed = true
        bytes.clear()
        tls?.sealed.clear()
    }
}
