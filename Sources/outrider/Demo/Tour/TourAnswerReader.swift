import Base
import Wire

/// Puts the answer to a GET or POST together from what a socket delivers.
struct TourAnswerReader: ~Copyable {
    enum State {
        case reading
        case whole
        /// Not HTTP, or the end came too early.
        case broken
    }

    private(set) var state = State.reading
    private(set) var answer = TourAnswer()
    private let begun: Instant
    private var input = ByteBuffer()
    private var scanned = 0
    private var decoder = BodyDecoder(.none)
    private var hasHead = false
    /// Bytes of the body that belong to complete events.
    private var eventsEnd = 0

    /// More than this is no answer that the tour asks for.
    private static let limit = 8_388_608

    init(begun: Instant) {
        self.begun = begun
    }

    /// Takes what came next, nothing meaning the end; returns how many events that completed.
    mutating func take(_ bytes: [UInt8], now: Instant) -> Int {
        answer.duration = now.since(begun)
        do {
            if bytes.isEmpty {
                let isWhole = hasHead && decoder.endOfInput()
                state = isWhole ? .whole : .broken
                return takeEvents(now)
            }
            input.append(bytes)
            guard input.readableCount + answer.body.count <= TourAnswerReader.limit else {
                state = .broken
                return 0
            }
            if !hasHead { try takeHead() }
            if hasHead { try takeBody() }
        } catch {
            state = .broken
        }
        return takeEvents(now)
    }

    private mutating func takeHead() throws {
        while !hasHead {
            let consumed = try input.withReadable { bytes in
                try ResponseHeadParser().parse(
                    bytes,
                    scanned: &scanned,
                    answering: .get,
                    into: &answer.head
                )
            }
            guard let consumed else { return }
            input.consume(consumed)
            if answer.head.isInterim { continue }
            hasHead = true
            decoder = BodyDecoder(answer.head.framing)
        }
    }

    private mutating func takeBody() throws {
        var decoder = BodyDecoder(.none)
        swap(&decoder, &self.decoder)
        defer { swap(&decoder, &self.decoder) }
        var used = 0
        try input.withReadable { bytes in
            while case .payload(let range) = try decoder.next(bytes, from: &used) {
                answer.body.append(bytes.extracting(range))
            }
        }
        input.consume(used)
        if decoder.isComplete { state = .whole }
    }

    private mutating func takeEvents(_ now: Instant) -> Int {
        guard answer.head.isEventStream else { return 0 }
        var count = 0
        let lineFeed = UInt8(ascii: "\n")
        var index = eventsEnd
        while index + 1 < answer.body.count {
            guard answer.body[index] == lineFeed, answer.body[index + 1] == lineFeed else {
                index += 1
                continue
            }
            let text = String(decoding: answer.body[eventsEnd..<index], as: UTF8.self)
            if text.hasPrefix("data: ") {
                let data = String(text.dropFirst("data: ".count))
                answer.events.append(TourAnswer.Event(data: data, after: now.since(begun)))
                count += 1
            }
            index += 2
            eventsEnd = index
        }
        return count
    }
}
