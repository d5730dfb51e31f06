package import Base

/// From bytes to frames (RFC 9113 §3.4, §4).
extension HTTP2Connection {
    /// What a client begins with (RFC 9113 §3.4).
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// The next event in `input` from `index` on, which moves past what was understood.
    ///
    /// Call it until it needs more. Acknowledgements, credit of the connection's window and
    /// errors are written to `output`.
    package mutating func next(
        _ input: Span<UInt8>,
        _ index: inout Int,
        now: Instant,
        to output: inout ByteBuffer
    ) -> HTTP2Event {
        abuse.begin(now, waiting: output.readableCount)
        defer { abuse.end(waiting: output.readableCount) }
        do throws(HTTP2Violation) {
            while true {
                if let event = try step(input, &index, to: &output) { return event }
            }
        } catch {
            index = input.count
            return fail(error, to: &output)
        }
    }

    /// One frame, or what is there of it; `nil` when it means nothing to the caller.
    private mutating func step(
        _ input: Span<UInt8>,
        _ index: inout Int,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        if let notice = takeNotice() { return notice }
        switch reading {
        case .preface: return try readPreface(input, &index)
        case .settings, .frame, .continuation: return try readFrame(input, &index, to: &output)
        case .data: return readData(input, &index)
        case .nothing:
            index = input.count
            return .needsMore
        }
    }

    private mutating func readPreface(
        _ input: Span<UInt8>,
        _ index: inout Int
    ) throws(HTTP2Violation) -> HTTP2Event? {
        let size = Self.preface.count
        let count = min(size, input.count &- index)
        // What came is compared at once: a peer that speaks something else is not waited for.
        for offset in 0..<count where input[index &+ offset] != Self.preface[offset] {
            throw .connection(.protocolError)
        }
        guard count == size else { return .needsMore }
        index &+= size
        reading = .settings
        return nil
    }

    private mutating func readFrame(
        _ input: Span<UInt8>,
        _ index: inout Int,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard input.count &- index >= FrameHeader.size else { return .needsMore }
        // Whoever keeps asking but reads no answer is not waited for.
        if output.readableCount > limits.unreadSize { throw .abuse(.unreadOutput) }
        let header = FrameHeader(input, at: index)
        try checkOrder(header)
        guard header.length <= HTTP2Settings.frameSize else {
            throw .connection(.frameSizeError)
        }
        let start = index &+ FrameHeader.size
        if case .data = header.kind { return try beginData(header, input, &index, to: &output) }
        guard input.count &- start >= header.length else { return .needsMore }
        index = start &+ header.length
        return try understand(header, input, start..<index, to: &output)
    }

    /// Whether a frame of this kind may come now at all.
    ///
    /// Changes nothing, but all of the connection would be copied for a call that may not.
    private mutating func checkOrder(_ header: FrameHeader) throws(HTTP2Violation) {
        switch reading {
        case .settings:
            guard case .settings = header.kind, !header.has(FrameFlags.acknowledgement) else {
                throw .connection(.protocolError)
            }
        case .continuation:
            guard case .continuation = header.kind, header.stream == fragments.stream else {
                throw .connection(.protocolError)
            }
        case .frame, .preface, .data, .nothing: break
        }
    }

    /// A whole frame other than DATA, whose payload lies in `payload`.
    private mutating func understand(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        switch header.kind {
        case .headers: return try readHeaders(header, input, payload, to: &output)
        case .continuation: return try readContinuation(header, input, payload, to: &output)
        case .windowUpdate: return try readWindowUpdate(header, input, payload, to: &output)
        case .reset: return try readReset(header, input, payload)
        case .settings: return try readSettings(header, input, payload, to: &output)
        case .ping: return try readPing(header, input, payload, to: &output)
        case .goAway: return try readGoAway(header, input, payload)
        case .priority: return try readPriority(header, input, payload, to: &output)
        // Nobody may push to us: a client says so, and to a server nobody may ever (§8.4).
        case .pushPromise: throw .connection(.protocolError)
        case .data, nil:
            try abuse.noteIgnored()
            return nil
        }
    }

    private mutating func takeNotice() -> HTTP2Event? {
        if notices.isLeftAlone, let event = takeStreamLeftAlone() { return event }
        if notices.windowOpened {
            notices.windowOpened = false
            if queues.active > 0 { return .windowOpened }
        }
        return nil
    }

    /// A stream was ended because it hardly moved while others waited; `failed` where the peer
    /// does too much of that.
    package mutating func noteSlowStream(to output: inout ByteBuffer) -> HTTP2Event {
        do throws(HTTP2Violation) {
            try abuse.noteSlow()
            return .needsMore
        } catch {
            return fail(error, to: &output)
        }
    }

    /// Ends the connection and says why (RFC 9113 §5.4.1).
    private mutating func fail(
        _ violation: HTTP2Violation,
        to output: inout ByteBuffer
    ) -> HTTP2Event {
        reading = .nothing
        currentTag = 0
        let code: HTTP2ErrorCode
        var abuse: HTTP2Abuse?
        switch violation {
        case .connection(let reason): code = reason
        case .abuse(let kind):
            code = .enhanceYourCalm
            abuse = kind
        }
        output.appendGoAway(last: highest, code)
        return .failed(code, abuse)
    }
}
