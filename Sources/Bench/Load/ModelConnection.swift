import Base
import Reactor
import Wire

/// One connection of the model server: reads requests strictly, and answers them in turn.
struct ModelConnection: ~Copyable {
    private let socket: Socket
    private var input = ByteBuffer()
    private var output = ByteBuffer()
    private var head = RequestHead()
    private var scanned = 0
    /// The request whose body is being read.
    private var body: BodyDecoder?
    /// Body bytes that are sent from the block, behind what waits in `output`.
    private var blockLeft = 0
    private var isBroken = false
    private var isLast = false
    // The stream of events that is under way.
    private var eventsLeft = 0
    private var eventsSent = 0
    private var interval = Nanoseconds.zero
    /// When the next event of a stream is due.
    private(set) var nextEvent: Instant?
    /// What wakes the stream.
    var timer: TimerID?
    /// Whether it is told when the kernel takes bytes again.
    var hearsOfRoom = false

    init(_ socket: consuming Socket) {
        self.socket = socket
    }

    var descriptor: Int32 { socket.descriptor }

    /// Something waits to be sent, and nobody would say when it can be.
    var missesRoom: Bool { !hearsOfRoom && (!output.isEmpty || blockLeft > 0) }

    /// Reads, answers and sends as far as the kernel goes; `false` when the connection has ended.
    mutating func react(_ event: Poller.Event, _ pages: ModelPages) -> Bool {
        if event.isFailed { return false }
        if event.isWritable, !output.isEmpty || blockLeft > 0 {
            flush(pages)
            answerAll(pages)
        }
        while event.isReadable || event.isEnded {
            switch socket.read(into: &input, room: 16_384) {
            case .transferred(let count):
                answerAll(pages)
                // Fewer than offered: nothing is left, and the next edge will tell.
                if count < 16_384 { return isAlive }
            case .wouldBlock: return isAlive
            case .ended, .failed: return false
            }
            if isBroken { return false }
        }
        return isAlive
    }

    private var isAlive: Bool {
        !(isBroken || (isLast && output.isEmpty && blockLeft == 0 && nextEvent == nil))
    }

    /// Sends the events that are due; `false` when the connection has ended.
    mutating func sendEvents(at now: Instant, _ pages: ModelPages) -> Bool {
        while let due = nextEvent, due <= now {
            nextEvent = due.advanced(by: interval)
            appendEvent(at: now)
        }
        flush(pages)
        if nextEvent == nil { answerAll(pages) }
        return isAlive
    }

    private mutating func appendEvent(at now: Instant) {
        let text = "{\"i\":\(eventsSent),\"t\":\(now.nanoseconds),\"choices\":[{\"delta\":"
        let event = "data: \(text){\"content\":\" token\"}}]}\n\n"
        ChunkedEncoder.appendHeader(event.utf8.count, to: &output)
        output.append(event)
        ChunkedEncoder.appendDataEnd(to: &output)
        eventsSent += 1
        eventsLeft -= 1
        if eventsLeft == 0 {
            ChunkedEncoder.appendEnd(trailers: nil, to: &output)
            nextEvent = nil
        }
    }

    /// Answers the requests that are whole, one after the other.
    private mutating func answerAll(_ pages: ModelPages) {
        while !isBroken, output.isEmpty, blockLeft == 0, nextEvent == nil, !input.isEmpty {
            if body == nil, !readHead() { return }
            guard readBody() else { return }
            body = nil
            answer(pages)
            flush(pages)
        }
    }

    private mutating func readHead() -> Bool {
        var taken: Int?
        do throws(RequestHeadParser.Failure) {
            let parser = RequestHeadParser()
            taken = try input.withReadable { bytes throws(RequestHeadParser.Failure) in
                try parser.parse(bytes, scanned: &scanned, into: &head)
            }
        } catch {
            isBroken = true
        }
        guard let taken else { return false }
        input.consume(taken)
        scanned = 0
        isLast = !head.isKeptAlive
        body = BodyDecoder(head.framing)
        return true
    }

    /// Takes what has come of the body; `true` when that was all of it.
    private mutating func readBody() -> Bool {
        var decoder = body.take() ?? BodyDecoder(.none)
        var used = 0
        input.withReadable { bytes in
            while !decoder.isComplete, used < bytes.count {
                guard let step = try? decoder.next(bytes, from: &used) else {
                    isBroken = true
                    return
                }
                if step == .needsMore { return }
            }
        }
        input.consume(used)
        let isComplete = decoder.isComplete
        body = consume decoder
        return isComplete
    }

    private mutating func answer(_ pages: ModelPages) {
        if head.method == .post { return pages.appendJSON(isLast: isLast, to: &output) }
        switch ModelPages.Page(path: head.fields.text(head.target)) {
        case .bytes(let count):
            pages.appendHead(of: count, isLast: isLast, to: &output)
            blockLeft = count
        case .events(let count, let every):
            pages.appendStreamHead(to: &output)
            (eventsLeft, eventsSent, interval) = (count, 0, every)
            // Streams that began together do not speak together.
            let phase = UInt64(bitPattern: Int64(socket.descriptor)) &* 0x9e37_79b9_7f4a_7c15
            let delay = Nanoseconds((phase >> 32) % (every.count + 1))
            nextEvent = Clock.now().advanced(by: delay)
        }
    }

    /// Sends until nothing is left or the kernel takes no more.
    private mutating func flush(_ pages: ModelPages) {
        while !output.isEmpty || blockLeft > 0 {
            let length = min(blockLeft, pages.block.count)
            let waiting = output.readableCount
            let result =
                length == 0
                ? socket.send(output)
                : socket.send(output, then: pages.block.span.extracting(0..<length))
            switch result {
            case .transferred(let count):
                output.consume(min(count, waiting))
                blockLeft -= max(0, count - waiting)
            case .wouldBlock: return
            case .ended, .failed:
                isBroken = true
                return
            }
        }
    }
}
