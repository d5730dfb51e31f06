import Base
import Crypto
import Reactor
import Telemetry
import Wire

/// One connection to the admin port: parses requests, holds answers until they are taken.
struct AdminConnection: ~Copyable {
    /// What the bytes that have come amount to.
    enum Step: Hashable {
        case needsMore
        /// A request, its body gone by, stands in `request`.
        case request
        case refused(status: Int)
        case ended
    }

    /// Bytes of a body that nobody wants, at most.
    static let bodyBytes = 65_536

    private var stream: ControlStream
    let peer: SocketAddress
    var timer: TimerID?
    private(set) var request = RequestHead()
    private var inbox = ByteBuffer()
    private var scanned = 0
    private var hasHead = false
    private var decoder = BodyDecoder(.none)
    private var bodyBytesSeen = 0
    private var sawEnd = false
    private(set) var outbox = ByteBuffer()
    /// Waits for the drain to end, since then.
    var waitingSince: Instant?
    /// Ends once everything is sent.
    var isClosing = false

    /// Over TLS where there is a `session`; from this machine it may be plain all the same.
    init(_ socket: consuming Socket, _ peer: SocketAddress, _ session: TLSSession? = nil) {
        let isLocal = peer.isUnix || peer.isLoopback
        stream = ControlStream(from: socket, session, mayBePlain: isLocal)
        self.peer = peer
    }

    /// Whether something waits for the kernel.
    var hasOutput: Bool { !outbox.isEmpty || !stream.isDrained }

    /// Whether nothing of a request is here and nothing of an answer waits.
    var isIdle: Bool { !hasHead && inbox.isEmpty && !hasOutput && waitingSince == nil }

    /// Whether another request may be read.
    var isReading: Bool { !hasOutput && waitingSince == nil && !isClosing }

    /// The next request, of what is here or can be read.
    mutating func next() -> Step {
        while true {
            let step = parse()
            guard step == .needsMore else { return step }
            if sawEnd { return .ended }
            switch stream.read(into: &inbox, room: 4_096) {
            case .transferred: continue
            case .wouldBlock: return .needsMore
            case .ended: sawEnd = true
            case .failed: return .ended
            }
        }
    }

    /// Puts an answer to the request into the outbox.
    mutating func answer(_ answer: consuming AdminAnswer, date: [UInt8]) {
        let isHead = request.method == .head && hasHead
        if !hasHead || !request.isKeptAlive || sawEnd { isClosing = true }
        answer.append(isHead: isHead, isClosing: isClosing, date: date, to: &outbox)
        hasHead = false
        waitingSince = nil
    }

    /// Offers the kernel what waits; `false` when the connection is broken.
    mutating func flush() -> Bool {
        while hasOutput {
            switch stream.send(&outbox) {
            case .transferred: continue
            case .wouldBlock: return true
            case .ended, .failed: return false
            }
        }
        return true
    }

    /// Says that there are too many, where that can be said.
    consuming func refuse() { stream.refuse(with: LocalReply.ofSidecar) }

    /// Ends our direction.
    mutating func endOutput() { stream.endOutput() }

    /// Drops what has come unread: closing over it would reset the answer away.
    mutating func discardInput() {
        for _ in 0..<16 {
            inbox.clear()
            guard case .transferred = stream.read(into: &inbox, room: 4_096) else { return }
        }
    }

    private mutating func parse() -> Step {
        if !hasHead {
            switch parseHead() {
            case .request: break
            case let step: return step
            }
        }
        return skipBody()
    }

    private mutating func parseHead() -> Step {
        var request = RequestHead()
        swap(&request, &self.request)
        var scanned = scanned
        defer {
            swap(&request, &self.request)
            self.scanned = scanned
        }
        var limits = RequestHeadParser.Limits()
        limits.headSize = 16_384
        let parser = RequestHeadParser(limits)
        do throws(RequestHeadParser.Failure) {
            let count = try inbox.withReadable { bytes throws(RequestHeadParser.Failure) in
                try parser.parse(bytes, scanned: &scanned, into: &request)
            }
            guard let count else { return .needsMore }
            inbox.consume(count)
        } catch {
            return .refused(status: LocalReply.reason(of: error).status)
        }
        hasHead = true
        bodyBytesSeen = 0
        decoder = BodyDecoder(request.framing)
        if request.expectsContinue, !decoder.isComplete {
            outbox.append("HTTP/1.1 100 Continue\r\n\r\n")
        }
        return .request
    }

    private mutating func skipBody() -> Step {
        var decoder = BodyDecoder(.none)
        swap(&decoder, &self.decoder)
        var seen = 0
        var isBroken = false
        let used = inbox.withReadable { bytes in
            var index = 0
            while true {
                guard let step = try? decoder.next(bytes, from: &index) else {
                    isBroken = true
                    return index
                }
                guard case .payload(let range) = step else { return index }
                seen += range.count
            }
        }
        inbox.consume(used)
        swap(&decoder, &self.decoder)
        bodyBytesSeen += seen
        if isBroken { return refuse(400) }
        if bodyBytesSeen > Self.bodyBytes { return refuse(413) }
        return self.decoder.isComplete ? .request : .needsMore
    }

    private mutating func refuse(_ status: Int) -> Step {
        isClosing = true
        return .refused(status: status)
    }
}
