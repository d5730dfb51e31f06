import Base
import Crypto
import Reactor
import Wire

/// One question to a server on a connection of its own: connects, asks, reads a bounded answer.
struct QuestionConnection: ~Copyable {
    /// What the connection is for.
    enum Wanted {
        /// Only that it stands.
        case connection
        case question(Question)
        case call(GRPCCall)

        /// What is offered over TLS: calls of gRPC are made in HTTP/2.
        var protocols: [ALPN] {
            if case .call = self { [.http2] } else { [.http1] }
        }
    }

    enum Progress: Hashable {
        case pending
        case connected
        case answered(status: Int)
        /// It greets in HTTP/2, where it was asked in HTTP/1.1.
        case greeted
        case refused
        /// No TLS came about.
        case unsecured(String)
        case failed(String)
    }

    private enum Phase { case connecting, securing, asking, reading }

    /// Room for a head; the parser is stricter.
    private static let headBytes = 65_536

    var stream: ControlStream
    private var phase: Phase
    /// What is sent; empty when a connection is all that is wanted.
    var question = ByteBuffer()
    /// What came and is not understood yet.
    var answer = ByteBuffer()
    /// The call of gRPC that is made here, by HTTP/2; else questions go by HTTP/1.1.
    var call: GRPCCallStream?
    private var scanned = 0
    private var head = ResponseHead()
    private var hasHead = false
    private var decoder = BodyDecoder(.none)
    private var wantsBody = false
    /// Bytes of the body that are looked at.
    private var bodyBytes = 0
    /// The payload that has come.
    private(set) var body: [UInt8] = []
    /// The body has come to its end, within what is looked at.
    private(set) var isWhole = false

    /// What a sidecar has said of its load.
    private(set) var report: LoadReport?

    /// Asks what is wanted; over TLS where there is a `session` for it.
    init(
        _ connecting: consuming Socket.Connecting,
        _ wanted: Wanted,
        _ session: TLSSession? = nil
    ) {
        switch consume connecting {
        case .connected(let socket):
            stream = ControlStream(to: socket, session)
            phase = .securing
        case .inProgress(let socket):
            stream = ControlStream(to: socket, session)
            phase = .connecting
        }
        switch wanted {
        case .connection: break
        case .question(let question):
            wantsBody = question.wantsBody
            bodyBytes = question.bodyBytes
            question.append(to: &self.question)
        case .call(let call):
            self.call = GRPCCallStream(call, isSecure: session != nil, to: &question)
        }
    }

    /// The connection stands.
    var isConnected: Bool { phase != .connecting }

    /// For the poller.
    var descriptor: Int32 { stream.socket.descriptor }

    /// Goes on as far as the kernel allows.
    mutating func advance(isWritable: Bool, now: Instant) -> Progress {
        if phase == .connecting {
            if let error = stream.socket.pendingError() { return Self.progress(of: error) }
            guard isWritable else { return .pending }
            phase = .securing
        }
        if phase == .securing {
            switch stream.shakeHands() {
            case .done: phase = .asking
            case .pending: return .pending
            case .failed(let reason): return .unsecured("TLS: \(reason)")
            }
        }
        if phase == .asking {
            if question.isEmpty, stream.isDrained { return .connected }
            if let progress = send() { return progress }
            phase = .reading
        }
        return call == nil ? read() : readCall(now: now)
    }

    /// Sends what waits; says how things stand unless all of it left.
    mutating func send() -> Progress? {
        while !question.isEmpty || !stream.isDrained {
            switch stream.send(&question) {
            case .transferred: continue
            case .wouldBlock: return .pending
            case .ended: return .failed("connection closed")
            case .failed(let error): return Self.progress(of: error)
            }
        }
        return nil
    }

    private mutating func read() -> Progress {
        while answer.readableCount <= Self.headBytes {
            switch stream.read(into: &answer, room: 4_096) {
            case .transferred:
                if let progress = parse(hasEnded: false) { return progress }
            case .wouldBlock:
                return .pending
            case .ended:
                let reason = stream.failure.map { "TLS: \($0)" } ?? "closed without an answer"
                return parse(hasEnded: true) ?? .failed(reason)
            case .failed(let error):
                return .failed("\(error)")
            }
        }
        // Enough was read to judge by.
        return hasHead ? .answered(status: head.status) : .failed("the answer is too large")
    }

    private mutating func parse(hasEnded: Bool) -> Progress? {
        do throws(ResponseHeadParser.Failure) {
            while !hasHead {
                guard let count = try parseHead() else { return nil }
                answer.consume(count)
                // Interim answers come before the one that counts (RFC 9110 §15.2).
                if head.isInterim { continue }
                hasHead = true
                if let line = head.fields.first(.outriderLoad) {
                    report = head.fields.withBytes { LoadReport($0, line) }
                }
                decoder = BodyDecoder(head.framing)
            }
        } catch {
            return isGreeting ? .greeted : .failed("the answer is not HTTP/1.1")
        }
        guard wantsBody else { return .answered(status: head.status) }
        return parseBody(hasEnded: hasEnded)
    }

    /// Whether what came begins with SETTINGS, as every server's HTTP/2 does (RFC 9113 §3.4).
    private var isGreeting: Bool {
        answer.withReadable { bytes in
            bytes.count >= 9 && bytes[0] == 0 && bytes[3] == 4 && bytes[4] == 0
                && (5...8).allSatisfy { bytes[$0] == 0 }
        }
    }

    private mutating func parseHead() throws(ResponseHeadParser.Failure) -> Int? {
        var scanned = scanned
        var head = ResponseHead()
        swap(&head, &self.head)
        defer {
            swap(&head, &self.head)
            self.scanned = scanned
        }
        let parser = ResponseHeadParser()
        return try answer.withReadable { bytes throws(ResponseHeadParser.Failure) in
            try parser.parse(bytes, scanned: &scanned, answering: .get, into: &head)
        }
    }

    private mutating func parseBody(hasEnded: Bool) -> Progress? {
        var decoder = BodyDecoder(.none)
        swap(&decoder, &self.decoder)
        var body: [UInt8] = []
        swap(&body, &self.body)
        var isBroken = false
        let used = answer.withReadable { bytes in
            var index = 0
            while true {
                // A body that is broken is judged by what came before.
                guard let step = try? decoder.next(bytes, from: &index) else {
                    isBroken = true
                    return bytes.count
                }
                guard case .payload(let range) = step else { return index }
                body.append(bytes.extracting(range))
            }
        }
        answer.consume(used)
        swap(&body, &self.body)
        swap(&decoder, &self.decoder)
        let isTooLong = self.body.count > bodyBytes
        let isOver = self.decoder.isComplete || hasEnded
        let isCut = !self.decoder.isComplete && stream.isCut
        isWhole = isOver && !isBroken && !isTooLong && !isCut && self.decoder.endOfInput()
        return isOver || isBroken || isTooLong ? .answered(status: head.status) : nil
    }

    private static func progress(of error: SystemError) -> Progress {
        error.isConnectionRefused ? .refused : .failed("\(error)")
    }
}
