package import Base

/// DATA as it comes, and what the peer may send (RFC 9113 §6.1, §5.2).
extension HTTP2Connection {
    /// The header of a DATA frame, with the length of its padding.
    ///
    /// All of the frame counts against the windows at once, so that no part of one that is wrong
    /// is ever handed on.
    mutating func beginData(
        _ header: FrameHeader,
        _ input: Span<UInt8>,
        _ index: inout Int,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        guard header.stream != 0 else { throw .connection(.protocolError) }
        var start = index &+ FrameHeader.size
        var overhead = 0
        if header.has(FrameFlags.padded) {
            guard header.length > 0 else { throw .connection(.frameSizeError) }
            guard start < input.count else { return .needsMore }
            overhead = 1 &+ Int(input[start])
            guard overhead <= header.length else { throw .connection(.protocolError) }
            start &+= 1
        }
        index = start
        try receive(header.length, to: &output)
        reading = .data
        incoming.stream = header.stream
        incoming.endsStream = header.has(FrameFlags.endStream)
        incoming.payload = header.length &- overhead
        incoming.padding = max(0, overhead &- 1)
        return try admitData(header.length, overhead, to: &output)
    }

    /// The payload that is there, or that the frame is over.
    mutating func readData(_ input: Span<UInt8>, _ index: inout Int) -> HTTP2Event? {
        let slot = streams.slot(of: incoming.stream)
        if slot < 0 {
            // The caller ended the stream in the middle of a frame.
            incoming.padding &+= incoming.payload
            incoming.payload = 0
            incoming.endsStream = false
        }
        if incoming.payload > 0 || incoming.endsStream {
            let end = index &+ min(incoming.payload, input.count &- index)
            let range = index..<end
            if range.isEmpty, incoming.payload > 0 { return .needsMore }
            index = end
            incoming.payload &-= range.count
            let isEnd = incoming.payload == 0 && incoming.endsStream
            if isEnd { incoming.endsStream = false }
            currentTag = streams[slot].tag
            if isEnd { endPeer(slot) }
            return .data(StreamID(incoming.stream), range, endsStream: isEnd)
        }
        let skipped = min(incoming.padding, input.count &- index)
        index &+= skipped
        incoming.padding &-= skipped
        if incoming.padding > 0 { return .needsMore }
        reading = .frame
        return nil
    }

    /// The peer's END_STREAM came.
    mutating func endPeer(_ slot: Int) {
        streams[slot].isPeerDone = true
        if streams[slot].isDone { close(slot, .complete) }
    }

    /// Lets the peer send as many bytes more: so many of its payload have been taken over.
    package mutating func credit(
        _ count: Int,
        on stream: StreamID,
        to output: inout ByteBuffer
    ) {
        let slot = streams.slot(of: stream.number)
        if slot < 0 || streams[slot].isPeerDone { return }
        streams[slot].owed &+= count
        let owed = streams[slot].owed
        let window = limits.streamWindow
        precondition(count >= 0 && streams[slot].receiveWindow <= window &- owed, "not received")
        // Half a window at a time: the peer is never held up, and told seldom.
        if owed &* 2 < window { return }
        streams[slot].owed = 0
        streams[slot].receiveWindow &+= owed
        output.appendWindowUpdate(stream.number, owed)
    }

    /// Counts what came against the connection's window, which is given back at once: a stream
    /// that stalls has a window of its own and holds up no other.
    private mutating func receive(
        _ count: Int,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) {
        guard count <= receiveWindow else { throw .connection(.flowControlError) }
        receiveWindow &-= count
        owed &+= count
        if owed &* 2 < limits.connectionWindow { return }
        output.appendWindowUpdate(0, owed)
        receiveWindow &+= owed
        owed = 0
    }

    /// Whether the stream may have a DATA frame of `length` bytes now.
    private mutating func admitData(
        _ length: Int,
        _ overhead: Int,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        let slot = streams.slot(of: incoming.stream)
        guard slot >= 0 else { return try refuseData(to: &output) }
        let payload = incoming.payload
        let stream = streams[slot]
        let isWithinLength =
            stream.expected < 0
            || (incoming.endsStream ? payload == stream.expected : payload <= stream.expected)
        if stream.isPeerDone { return try abandon(stream.id, .streamClosed, to: &output) }
        if !stream.hasPeerHead || !isWithinLength {
            return try abandon(stream.id, .protocolError, to: &output)
        }
        if length > stream.receiveWindow {
            return try abandon(stream.id, .flowControlError, to: &output)
        }
        if payload == 0, !incoming.endsStream { try abuse.noteEmptyFrame() }
        streams[slot].receiveWindow &-= length
        if stream.expected > 0 { streams[slot].expected &-= payload }
        // Padding is nobody's, so nobody else would credit it.
        if overhead > 0 { credit(overhead, on: StreamID(stream.id), to: &output) }
        return nil
    }

    /// DATA of a stream that is not open (RFC 9113 §5.1).
    private mutating func refuseData(
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        let id = incoming.stream
        if isIdle(id) { throw .connection(.protocolError) }
        switch closed.ending(of: id) {
        // It may not have known; but there is no end to what a peer may pretend not to know.
        case .resetByUs: return nil
        case .complete: throw .connection(.streamClosed)
        case .resetByPeer, nil: return try abandon(id, .streamClosed, to: &output)
        }
    }
}
