package import Base

/// Streams: whose they are, how they begin and end (RFC 9113 §5.1).
///
/// What only looks is mutating too: to be looked at from another module, a connection that may
/// not change would be copied first, all two kilobytes of it.
extension HTTP2Connection {
    /// Whom a stream belongs to: 0 for nobody, and for streams that are over.
    package mutating func tag(of stream: StreamID) -> UInt64 {
        let slot = streams.slot(of: stream.number)
        return slot < 0 ? 0 : streams[slot].tag
    }

    /// Says whom a stream belongs to; nothing happens when it is over.
    package mutating func setTag(_ tag: UInt64, of stream: StreamID) {
        let slot = streams.slot(of: stream.number)
        if slot >= 0 { streams[slot].tag = tag }
    }

    /// Whether the stream is open in any direction.
    package mutating func isOpen(_ stream: StreamID) -> Bool {
        streams.slot(of: stream.number) >= 0
    }

    /// Whether the peer may still send on the stream.
    package mutating func isReceiving(_ stream: StreamID) -> Bool {
        let slot = streams.slot(of: stream.number)
        return slot >= 0 && !streams[slot].isPeerDone
    }

    /// Streams open in any direction.
    package var openStreams: Int { mutating get { streams.count } }

    /// Whom all open streams belong to, for a connection that is lost; it allocates.
    package var tags: [UInt64] {
        mutating get {
            var tags: [UInt64] = []
            for slot in streams.openSlots() { tags.append(streams[slot].tag) }
            return tags
        }
    }

    /// Whether a client may open another stream now.
    package var canOpen: Bool {
        mutating get {
            guard case .client = role, case .none = departure, peerLast == nil else { return false }
            if case .nothing = reading { return false }
            return streams.count < min(limits.streams, peer.concurrentStreams)
                && nextStream <= 0x7fff_ffff
        }
    }

    /// Begins a stream (client), whose head is to be sent at once; `nil` when `canOpen` is false.
    package mutating func open(tag: UInt64) -> StreamID? {
        guard canOpen else { return nil }
        let id = nextStream
        nextStream &+= 2
        let slot = begin(id)
        streams[slot].tag = tag
        return StreamID(id)
    }

    /// Ends a stream in both directions; nothing happens when it is over.
    package mutating func reset(
        _ stream: StreamID,
        _ code: HTTP2ErrorCode,
        to output: inout ByteBuffer
    ) {
        let slot = streams.slot(of: stream.number)
        if slot < 0 { return }
        // A stream whose head was never sent is idle to a server, and cannot be reset there.
        if role == .server || streams[slot].hasHead { output.appendReset(stream.number, code) }
        close(slot, .resetByUs)
    }

    /// Whether either end has said that it is about to leave.
    package var isDraining: Bool {
        mutating get {
            if case .none = departure { return peerLast != nil }
            return true
        }
    }

    /// Whether nothing is left to do: it failed, or drained and no stream is open.
    package var isOver: Bool {
        mutating get {
            if case .nothing = reading { return true }
            guard streams.count == 0 else { return false }
            if case .final = departure { return true }
            return role == .client && peerLast != nil
        }
    }

    /// Ends the connection when its streams are over (RFC 9113 §6.8).
    ///
    /// A server first says that it is about to, and refuses streams once the peer must know:
    /// after a round trip, or when this is called again.
    package mutating func shutDown(to output: inout ByteBuffer) {
        switch (departure, role) {
        case (.none, .server):
            output.appendGoAway(last: 0x7fff_ffff, .noError)
            output.appendPing(Self.departureMark, isAcknowledgement: false)
            departure = .announced
        case (.none, .client), (.announced, _):
            output.appendGoAway(last: highest, .noError)
            departure = .final
        case (.final, _): break
        }
    }

    /// Asks for a `pong`.
    package mutating func ping(to output: inout ByteBuffer) {
        output.appendPing(0, isAcknowledgement: false)
    }

    /// Whether the peer takes extended CONNECT (RFC 8441).
    package var peerTakesExtendedConnect: Bool {
        mutating get { peer.takesExtendedConnect }
    }

    /// Whether nobody opened the stream yet; numbers that nobody may open stay so.
    mutating func isIdle(_ id: UInt32) -> Bool {
        if id & 1 == 0 { return true }
        return role == .server ? id > highest : id >= nextStream
    }

    /// A stream, and the slot it has.
    mutating func begin(_ id: UInt32) -> Int {
        streams.insert(
            HTTP2Stream(
                id,
                sendWindow: peer.initialWindow,
                receiveWindow: limits.streamWindow
            )
        )
    }

    /// Forgets a stream, with what it still had to send.
    mutating func close(_ slot: Int, _ ending: ClosedStreams.Ending) {
        if streams[slot].queue >= 0 { queues.giveBack(streams[slot].queue) }
        closed.insert(streams[slot].id, ending)
        streams.remove(slot)
    }

    /// Resets a stream for an error that the peer made (RFC 9113 §5.4.2).
    ///
    /// Whoever makes us reset streams that we have not answered is counted like one that resets
    /// them itself: the work is the same.
    mutating func abandon(
        _ id: UInt32,
        _ code: HTTP2ErrorCode,
        to output: inout ByteBuffer
    ) throws(HTTP2Violation) -> HTTP2Event? {
        let slot = streams.slot(of: id)
        let isKnown = slot >= 0
        let wasAnswered = isKnown && streams[slot].hasHead
        // Counted first: a stream whose end is not told must stay among those that are open.
        if role == .server, !wasAnswered { try abuse.noteReset() }
        output.appendReset(id, code)
        if isKnown {
            currentTag = streams[slot].tag
            close(slot, .resetByUs)
        } else {
            closed.insert(id, .resetByUs)
        }
        return isKnown ? .reset(StreamID(id), code, isByPeer: false) : nil
    }
}
