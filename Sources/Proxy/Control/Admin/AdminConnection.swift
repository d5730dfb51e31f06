import Base
import Crypto
import Reactor
import Telemetry
import Wire

/// One connection to the admin port: parses requests, holds answers until they are taken.
///
/// It speaks HTTP/1.1, or HTTP/2 when that is what its first bytes are (RFC 9113 §3.3).
struct AdminConnection: ~Copyable {
    /// What the bytes that have come amount to; a stream is there in HTTP/2 alone.
    enum Step {
        case needsMore
        case asked(StreamID?, AdminQuestion.Subject)
        case refused(StreamID?, status: Int)
        case ended
    }

    /// What a request in HTTP/1.1 amounts to, whose body nobody wants.
    private enum Reading {
        case needsMore, isWhole, isHTTP2
        case refused(status: Int)
    }

    /// Bytes of a body that nobody wants, at most.
    static let bodyBytes = 65_536
    /// Bytes of answers that wait, in HTTP/2, before more is read.
    static let outboxBytes = 65_536

    var stream: ControlStream
    let peer: SocketAddress
    var timer: TimerID?
    /// Of a connection that speaks HTTP/2.
    var streams: AdminStreams?
    private var request = RequestHead()
    /// A request in HTTP/1.1 came.
    private var hasSpoken = false
    private var inbox = ByteBuffer()
    private var scanned = 0
    private var hasHead = false
    private var decoder = BodyDecoder(.none)
    private var bodyBytesSeen = 0
    private var sawEnd = false
    var outbox = ByteBuffer()
    /// Waits, in HTTP/1.1, for the drain to end, since then.
    var waitingSince: Instant?
    /// Who waits here has had a drain begun.
    var hasWantedDrain = false
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
    var isIdle: Bool {
        let isQuiet = streams?.isIdle ?? (!hasHead && waitingSince == nil)
        return isQuiet && inbox.isEmpty && !hasOutput
    }

    /// Whether another request may be read.
    var isReading: Bool {
        if isClosing { return false }
        if streams != nil { return outbox.readableCount < Self.outboxBytes }
        return !hasOutput && waitingSince == nil
    }

    /// The next request, of what is here or can be read.
    mutating func next(now: Instant) -> Step {
        while true {
            let step = streams == nil ? parse(now: now) : follow(now: now)
            guard case .needsMore = step else { return step }
            // Who broke the rules is told so, and read no more.
            if isClosing { return .needsMore }
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
    mutating func answer(
        _ stream: StreamID?,
        _ answer: consuming AdminAnswer,
        date: [UInt8]
    ) {
        if let stream {
            streams?.answer(stream, answer, date: date, to: &outbox)
            return
        }
        let isHead = request.method == .head && hasHead
        if !hasHead || !request.isKeptAlive || sawEnd { isClosing = true }
        answer.append(isHead: isHead, isClosing: isClosing, date: date, to: &outbox)
        hasHead = false
        waitingSince = nil
    }

    /// Offers the kernel what waits; `false` when the connection is broken.
    mutating func flush() -> Bool {
        while true {
            if outbox.isEmpty { streams?.pump(to: &outbox) }
            if !hasOutput { return true }
            switch stream.send(&outbox) {
            case .transferred: continue
            case .wouldBlock: return true
            case .ended, .failed: return false
            }
        }
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

    private mutating func follow(now: Instant) -> Step {
        switch streams?.next(&inbox, from: peer, now: now, to: &outbox) {
        case .asked(let stream, let subject): return .asked(stream, subject)
        case .refused(let stream, let status): return .refused(stream, status: status)
        case .failed:
            isClosing = true
            return .needsMore
        case .needsMore, nil: return .needsMore
        }
    }

    private mutating func parse(now: Instant) -> Step {
        var reading = hasHead ? Reading.isWhole : parseHead()
        if case .isWhole = reading { reading = skipBody() }
        switch reading {
        case .needsMore: return .needsMore
        case .isWhole: return .asked(nil, .page(AdminRequest(request, from: peer)))
        case .refused(let status): return .refused(nil, status: status)
        case .isHTTP2:
            streams = AdminStreams(to: &outbox)
            return follow(now: now)
        }
    }

    private mutating func parseHead() -> Reading {
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
            if case .http2Preface = error, !hasSpoken { return .isHTTP2 }
            return .refused(status: LocalReply.reason(of: error).status)
        }
        hasSpoken = true
        hasHead = true
        bodyBytesSeen = 0
        decoder = BodyDecoder(request.framing)
        if request.expectsContinue, !decoder.isComplete {
            outbox.append("HTTP/1.1 100 Continue\r\n\r\n")
        }
        return .isWhole
    }

    private mutating func skipBody() -> Reading {
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
        return self.decoder.isComplete ? .isWhole : .needsMore
    }

    private mutating func refuse(_ status: Int) -> Reading {
        isClosing = true
        return .refused(status: status)
    }
}
