import Base

/// Heads and trailers as they come (RFC 9113 §6.2, §8.1).
extension HTTP2Connection {
    /// Bytes of a list whose memory is not kept for the next.
    private static let largeHead = 8_192

    /// Takes the request of the last `head`; what `head` was gives its memory.
    package mutating func takeHead(into head: inout RequestHead) { swap(&request, &head) }

    /// Takes the response of the last `head` or `interim`; what `head` was gives its memory.
    package mutating func takeHead(into head: inout ResponseHead) { swap(&response, &head) }

    /// Takes the fields of the last `trailers`, without those that may not stand there.
    package mutating func takeTrailers() -> Fields {
        var taken = Fields()
        swap(&trailers, &taken)
        return taken
    }

    mutating func readHeaders(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        // Nobody opens a stream with an even number: that would be a push.
        guard header.stream & 1 == 1, role == .server || !isIdle(header.stream) else {
            throw .connection(.protocolError)
        }
        let (block, isSelfDependent) = try Self.block(of: header, input, payload)
        fragments.stream = header.stream
        fragments.endsStream = header.has(FrameFlags.endStream)
        fragments.isSelfDependent = isSelfDependent
        if header.has(FrameFlags.endHeaders) {
            return try readHead(input.extracting(block), to: &output)
        }
        fragments.frames = 0
        reading = .continuation
        try gather(input.extracting(block))
        return nil
    }

    mutating func readContinuation(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard case .continuation = reading else { throw .connection(.protocolError) }
        fragments.frames &+= 1
        if fragments.frames > limits.continuations { throw .abuse(.continuationFlood) }
        guard header.has(FrameFlags.endHeaders) else {
            try gather(input.extracting(payload))
            return nil
        }
        fragments.bytes.append(input.extracting(payload))
        var bytes: [UInt8] = []
        swap(&bytes, &fragments.bytes)
        reading = .frame
        return try readHead(bytes.span, to: &output)
    }

    /// The part of a payload that is the field block, and whether the stream depends on itself.
    private static func block(
        of header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>
    ) throws(HTTP2Violation) -> (Range<Int>, isSelfDependent: Bool) {
        var start = payload.lowerBound
        var end = payload.upperBound
        if header.has(FrameFlags.padded) {
            guard start < end else { throw .connection(.frameSizeError) }
            end &-= Int(input[start])
            start &+= 1
            guard start <= end else { throw .connection(.protocolError) }
        }
        var isSelfDependent = false
        if header.has(FrameFlags.priority) {
            guard end &- start >= 5 else { throw .connection(.frameSizeError) }
            isSelfDependent = input.bigEndian32(at: start) & 0x7fff_ffff == header.stream
            start &+= 5
        }
        return (start..<end, isSelfDependent)
    }

    /// Keeps a part of a head to which more is to come.
    private mutating func gather(_ part: Span<UInt8>) throws(HTTP2Violation) {
        if part.isEmpty { try abuse.noteEmptyFrame() }
        // Encoded, a head is hardly ever larger than the list that it stands for.
        guard fragments.bytes.count &+ part.count <= 2 &* limits.listSize else {
            throw .abuse(.headerBomb)
        }
        fragments.bytes.append(part)
    }

    /// A whole field block: decoded whoever it is for, as the table must stay in step (§4.3).
    private mutating func readHead(
        _ block: Span<UInt8>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        do throws(HPACKDecoder.Failure) {
            try decoder.decode(
                block,
                limit: limits.listSize,
                fieldLimit: limits.fieldCount,
                into: &fields
            )
        } catch {
            switch error {
            case .malformed: throw .connection(.compressionError)
            case .endless: throw .abuse(.headerBomb)
            }
        }
        // Few heads are large, and an idle connection shall not hold the memory of one.
        defer { if fields.size > Self.largeHead { fields.release() } }
        let id = fragments.stream
        let slot = streams.slot(of: id)
        if slot < 0 {
            guard role == .server, id > highest else { return try refuseHead(to: &output) }
            return try beginRequest(id, to: &output)
        }
        currentTag = streams[slot].tag
        if streams[slot].isPeerDone { return try abandon(id, .streamClosed, to: &output) }
        if fragments.isSelfDependent { return try abandon(id, .protocolError, to: &output) }
        if streams[slot].hasPeerHead { return try readTrailers(slot, to: &output) }
        return try readResponse(slot, to: &output)
    }

    /// The head of a stream that is not open (RFC 9113 §5.1, §5.1.1).
    private mutating func refuseHead(
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        switch closed.ending(of: fragments.stream) {
        case .resetByUs: return nil
        case .resetByPeer: return try abandon(fragments.stream, .streamClosed, to: &output)
        case .complete: throw .connection(.streamClosed)
        // Its number was passed over, or is too old to be remembered.
        case nil: throw .connection(.protocolError)
        }
    }

    private mutating func beginRequest(
        _ id: UInt32,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        highest = id
        abuse.noteOpened()
        if case .final = departure { return try abandon(id, .refusedStream, to: &output) }
        if streams.count >= limits.streams {
            return try abandon(id, .refusedStream, to: &output)
        }
        if fragments.isSelfDependent { return try abandon(id, .protocolError, to: &output) }
        let endsStream = fragments.endsStream
        var refusal = 0
        if fields.isTooLarge {
            refusal = 431
        } else {
            do throws(HTTP2HeadReader.Failure) {
                try HTTP2HeadReader.readRequest(
                    fields,
                    endsStream: endsStream,
                    maximumTarget: limits.targetSize,
                    into: &request
                )
            } catch {
                if fields.size > Self.largeHead { request = RequestHead() }
                guard case .refused(let failure) = error else {
                    return try abandon(id, .protocolError, to: &output)
                }
                refusal = Self.status(of: failure)
            }
        }
        let slot = begin(id)
        currentTag = 0
        streams[slot].hasPeerHead = true
        streams[slot].isPeerDone = endsStream
        if refusal != 0 {
            return .refusedHead(StreamID(id), status: refusal, endsStream: endsStream)
        }
        // What follows a WebSocket's head is no content (RFC 8441 §5).
        let isTunnel = request.upgrade == .webSocket
        expect(isTunnel ? .untilClose : request.framing, slot)
        return .head(StreamID(id), endsStream: endsStream)
    }

    /// What a request is answered that is understood, but not taken.
    private static func status(of failure: RequestHeadParser.Failure) -> Int {
        switch failure {
        case .uriTooLong: 414
        case .unsupportedExpectation: 417
        case .headTooLarge, .tooManyFields: 431
        default: 400
        }
    }

    private mutating func readResponse(
        _ slot: Int,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        let id = streams[slot].id
        let endsStream = fragments.endsStream
        if fields.isTooLarge { return try abandon(id, .enhanceYourCalm, to: &output) }
        do throws(HTTP2HeadReader.Failure) {
            try HTTP2HeadReader.readResponse(
                fields,
                answering: streams[slot].method,
                upgrade: streams[slot].upgrade,
                endsStream: endsStream,
                into: &response
            )
        } catch {
            return try abandon(id, .protocolError, to: &output)
        }
        if response.isInterim { return .interim(StreamID(id)) }
        streams[slot].hasPeerHead = true
        expect(response.isSwitch ? .untilClose : response.framing, slot)
        if endsStream { endPeer(slot) }
        return .head(StreamID(id), endsStream: endsStream)
    }

    /// Fields behind the body; they end the stream (RFC 9113 §8.1).
    private mutating func readTrailers(
        _ slot: Int,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        let id = streams[slot].id
        if !fragments.endsStream || streams[slot].expected > 0 {
            return try abandon(id, .protocolError, to: &output)
        }
        if fields.isTooLarge { return try abandon(id, .enhanceYourCalm, to: &output) }
        do throws(HTTP2HeadReader.Failure) {
            try HTTP2HeadReader.readTrailers(fields, into: &trailers)
        } catch {
            return try abandon(id, .protocolError, to: &output)
        }
        endPeer(slot)
        return .trailers(StreamID(id))
    }

    /// How much payload is to come (RFC 9113 §8.1.1).
    private mutating func expect(_ framing: BodyFraming, _ slot: Int) {
        switch framing {
        case .none: streams[slot].expected = 0
        case .length(let length): streams[slot].expected = Int(truncatingIfNeeded: length)
        case .chunked, .untilClose: streams[slot].expected = -1
        }
    }
}
