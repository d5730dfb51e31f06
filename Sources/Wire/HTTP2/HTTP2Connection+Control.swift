import Base

/// Frames that carry no message (RFC 9113 §6.3 to §6.9).
extension HTTP2Connection {
    /// What the PING of a departure carries.
    static let departureMark: UInt64 = 0x6f75_7472_6964_6572

    mutating func readReset(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard payload.count == 4 else { throw .connection(.frameSizeError) }
        guard header.stream != 0, !isIdle(header.stream) else {
            throw .connection(.protocolError)
        }
        let slot = streams.slot(of: header.stream)
        guard slot >= 0 else {
            try abuse.noteIgnored()
            return nil
        }
        let code = HTTP2ErrorCode(wire: input.bigEndian32(at: payload.lowerBound))
        // Counted first: a stream whose end is not told must stay among those that are open.
        if role == .server, !streams[slot].hasHead { try abuse.noteReset() }
        currentTag = streams[slot].tag
        close(slot, .resetByPeer)
        return .reset(StreamID(header.stream), code, isByPeer: true)
    }

    mutating func readWindowUpdate(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard payload.count == 4 else { throw .connection(.frameSizeError) }
        try abuse.noteWindowUpdate()
        let increment = Int(input.bigEndian32(at: payload.lowerBound) & 0x7fff_ffff)
        guard header.stream != 0 else {
            guard increment > 0 else { throw .connection(.protocolError) }
            sendWindow &+= increment
            guard sendWindow <= HTTP2Settings.largestWindow else {
                throw .connection(.flowControlError)
            }
            return queues.active > 0 ? .windowOpened : nil
        }
        if isIdle(header.stream) { throw .connection(.protocolError) }
        let slot = streams.slot(of: header.stream)
        if slot < 0 { return nil }
        if increment == 0 { return try abandon(header.stream, .protocolError, to: &output) }
        streams[slot].sendWindow &+= increment
        if streams[slot].sendWindow > HTTP2Settings.largestWindow {
            return try abandon(header.stream, .flowControlError, to: &output)
        }
        return streams[slot].queue >= 0 ? .windowOpened : nil
    }

    mutating func readSettings(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard header.stream == 0 else { throw .connection(.protocolError) }
        if header.has(FrameFlags.acknowledgement) {
            guard payload.isEmpty else { throw .connection(.frameSizeError) }
            return nil
        }
        guard payload.count % 6 == 0 else { throw .connection(.frameSizeError) }
        try abuse.noteSettings()
        let oldWindow = peer.initialWindow
        for start in stride(from: payload.lowerBound, to: payload.upperBound, by: 6) {
            let parameter = UInt16(input[start]) << 8 | UInt16(input[start + 1])
            try peer.apply(parameter, input.bigEndian32(at: start + 2), of: peerRole)
        }
        try changeWindows(by: peer.initialWindow - oldWindow)
        encoder.limitTable(peer.headerTableSize)
        reading = .frame
        output.appendFrame(.settings, FrameFlags.acknowledgement, 0, length: 0)
        return .settings
    }

    mutating func readPing(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard header.stream == 0 else { throw .connection(.protocolError) }
        guard payload.count == 8 else { throw .connection(.frameSizeError) }
        let content = input.bigEndian64(at: payload.lowerBound)
        guard header.has(FrameFlags.acknowledgement) else {
            try abuse.notePing()
            output.appendPing(content, isAcknowledgement: true)
            return nil
        }
        guard content == Self.departureMark else { return .pong }
        // Whatever the peer opened before it knew has arrived by now.
        if case .announced = departure { shutDown(to: &output) }
        return nil
    }

    mutating func readGoAway(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard header.stream == 0 else { throw .connection(.protocolError) }
        guard payload.count >= 8 else { throw .connection(.frameSizeError) }
        try abuse.noteIgnored()
        let last = input.bigEndian32(at: payload.lowerBound) & 0x7fff_ffff
        let code = HTTP2ErrorCode(wire: input.bigEndian32(at: payload.lowerBound + 4))
        // It may be lowered, never raised (RFC 9113 §6.8).
        peerLast = min(last, peerLast ?? last)
        notices.isLeftAlone = role == .client
        currentTag = 0
        return .goAway(last: StreamID(last), code)
    }

    /// Priorities mean nothing any more, but what is wrong with them is told (RFC 9113 §5.3, §6.3).
    mutating func readPriority(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ payload: Range<Int>,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard header.stream != 0 else { throw .connection(.protocolError) }
        try abuse.noteIgnored()
        let code: HTTP2ErrorCode
        if payload.count != 5 {
            code = .frameSizeError
        } else if input.bigEndian32(at: payload.lowerBound) & 0x7fff_ffff == header.stream {
            code = .protocolError
        } else {
            return nil
        }
        // A stream that is not open cannot be reset.
        if streams.slot(of: header.stream) < 0 { throw .connection(code) }
        return try abandon(header.stream, code, to: &output)
    }

    /// A stream that the peer said it does not take; `nil` when there is none any more.
    mutating func takeStreamLeftAlone() -> HTTP2Event? {
        for slot in streams.openSlots() where streams[slot].id > peerLast ?? .max {
            let id = streams[slot].id
            currentTag = streams[slot].tag
            close(slot, .resetByUs)
            return .reset(StreamID(id), .refusedStream, isByPeer: true)
        }
        notices.isLeftAlone = false
        return nil
    }

    private var peerRole: Role { role == .server ? .client : .server }

    /// What changed of the initial window changes that of every stream (RFC 9113 §6.9.2).
    private mutating func changeWindows(by difference: Int) throws(HTTP2Violation) {
        if difference == 0 { return }
        for slot in streams.openSlots() {
            streams[slot].sendWindow += difference
            guard streams[slot].sendWindow <= HTTP2Settings.largestWindow else {
                throw .connection(.flowControlError)
            }
        }
        if difference > 0 { notices.windowOpened = true }
    }
}
