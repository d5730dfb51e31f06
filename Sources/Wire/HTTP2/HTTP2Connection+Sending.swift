package import Base

/// What leaves: frames now, or later from a queue (RFC 9113 §5.2, §6.9).
extension HTTP2Connection {
    /// Begins the connection: the client's preface, our settings, the connection's window.
    package mutating func start(to output: inout ByteBuffer) {
        if role == .client { output.append(Self.preface) }
        HTTP2Settings.append(role, limits, to: &output)
        let more = limits.connectionWindow - HTTP2Settings.defaultWindow
        if more > 0 { output.appendWindowUpdate(0, more) }
    }

    /// Sends payload, as much as windows and the output allow; the rest is queued.
    package mutating func send(
        _ data: Span<UInt8>,
        on stream: StreamID,
        endsStream: Bool,
        to output: inout ByteBuffer
    ) {
        let slot = streams.slot(of: stream.number)
        if slot < 0 || streams[slot].isEnding { return }
        streams[slot].isEnding = endsStream
        var sent = 0
        if streams[slot].queue < 0 {
            repeat {
                let rest = data.count &- sent
                let count = allowance(rest, slot)
                if rest > 0 {
                    if count <= 0 || output.readableCount >= limits.outputSize { break }
                } else if !endsStream {
                    return
                }
                let isLast = endsStream && count == rest
                sendFrame(slot, count, isLast: isLast, to: &output)
                output.append(data, sent..<sent &+ count)
                sent &+= count
                if isLast { return finish(slot) }
            } while sent < data.count
            if sent == data.count { return }
            streams[slot].queue = queues.lend(to: slot)
        }
        queues.append(data.extracting(sent...), to: streams[slot].queue)
    }

    /// Bytes of a stream that wait for a window or for room; while there are any, send no more.
    package mutating func pending(on stream: StreamID) -> Int {
        let slot = streams.slot(of: stream.number)
        if slot < 0 || streams[slot].queue < 0 { return 0 }
        return queues[streams[slot].queue].count
    }

    /// Bytes of all streams that wait.
    package var queuedBytes: Int { mutating get { queues.byteCount } }

    /// Lets queued bytes leave, one frame of each stream in turn, about `room` bytes in all.
    package mutating func pump(to output: inout ByteBuffer, room: Int) {
        if !drained.isEmpty { drained.removeAll(keepingCapacity: true) }
        if queues.active == 0 { return }
        if case .nothing = reading { return }
        let end = output.readableCount + room
        var stalled = 0
        while stalled < queues.count, output.readableCount < end {
            let number = queues.takeTurn()
            let slot = queues[number].slot
            let hasMoved = slot >= 0 && advance(slot, number, to: &output)
            stalled = hasMoved ? 0 : stalled &+ 1
        }
    }

    /// A stream whose queue is empty since the last `pump`; each is told once.
    package mutating func nextDrained() -> StreamID? {
        guard let last = drained.popLast() else { return nil }
        currentTag = last.tag
        return last.stream
    }

    /// Our END_STREAM left.
    mutating func finish(_ slot: Int) {
        streams[slot].isDone = true
        if streams[slot].isPeerDone { close(slot, .complete) }
    }

    /// How much of `rest` may be the next frame; at most 0 while a window is closed.
    private mutating func allowance(_ rest: Int, _ slot: Int) -> Int {
        min(rest, HTTP2Settings.frameSize, sendWindow, streams[slot].sendWindow)
    }

    /// The header of a DATA frame, which is taken from the windows.
    private mutating func sendFrame(
        _ slot: Int,
        _ count: Int,
        isLast: Bool,
        to output: inout ByteBuffer
    ) {
        let flags = isLast ? FrameFlags.endStream : 0
        output.appendFrame(.data, flags, streams[slot].id, length: count)
        streams[slot].sendWindow &-= count
        sendWindow &-= count
        abuse.noteSent()
    }

    /// The next frame of a queue; `false` when no window allows one.
    private mutating func advance(
        _ slot: Int,
        _ number: Int,
        to output: inout ByteBuffer
    ) -> Bool {
        let waiting = queues[number].dataCount
        let hasTrailers = queues[number].hasTrailers
        if waiting > 0 {
            let count = allowance(waiting, slot)
            if count <= 0 { return false }
            let isLast = count == waiting && streams[slot].isEnding && !hasTrailers
            sendFrame(slot, count, isLast: isLast, to: &output)
            queues.move(count, of: number, to: &output)
            if count < waiting { return true }
        }
        drained.append((StreamID(streams[slot].id), streams[slot].tag))
        if hasTrailers {
            let text = queues.trailers(of: number)
            appendTrailers(text.span, slot, to: &output)
        }
        queues.giveBack(number)
        streams[slot].queue = -1
        if streams[slot].isEnding { finish(slot) }
        return true
    }
}
