package import Base

/// Heads and trailers as they leave (RFC 9113 §6.2, §8.1).
extension HTTP2Connection {
    /// Sends a head, written as in HTTP/1.1 with its empty line, or without.
    ///
    /// A server may send 1xx heads before the final one. Nothing happens when the stream is over.
    package mutating func sendHead(
        _ text: Span<UInt8>,
        on stream: StreamID,
        endsStream: Bool,
        to output: inout ByteBuffer
    ) {
        let slot = streams.slot(of: stream.number)
        if slot < 0 || streams[slot].hasHead { return }
        let start = beginBlock(stream.number, to: &output)
        switch role {
        case .server:
            encoder.appendResponse(text, to: &output)
            // Every `HTTP/1.1 1xx` but the last that there is in HTTP/1, a WebSocket's 101.
            let isInterim = text[9] == UInt8(ascii: "1") && !text.equals("101", 9..<12)
            streams[slot].hasHead = !isInterim
        case .client:
            // A server may reset each stream behind its answer (RFC 9113 §8.1), and many do.
            abuse.noteOpened()
            let end = text.firstIndex(of: UInt8(ascii: " ")) ?? 0
            streams[slot].method = Method(text, 0..<end)
            let isUpgrade = encoder.appendRequest(text, isSecure: isSecure, to: &output)
            streams[slot].upgrade = isUpgrade ? .webSocket : .none
            streams[slot].hasHead = true
        }
        endBlock(at: start, stream.number, endsStream: endsStream, to: &output)
        if endsStream {
            streams[slot].isEnding = true
            finish(slot)
        }
    }

    /// Sends field lines, written as in HTTP/1.1, behind all payload; they end the stream.
    package mutating func sendTrailers(
        _ text: Span<UInt8>,
        on stream: StreamID,
        to output: inout ByteBuffer
    ) {
        let slot = streams.slot(of: stream.number)
        if slot < 0 || streams[slot].isEnding { return }
        streams[slot].isEnding = true
        if streams[slot].queue >= 0 {
            return queues.append(trailers: text, to: streams[slot].queue)
        }
        appendTrailers(text, slot, to: &output)
        finish(slot)
    }

    /// Trailers as they leave; the table's order is that of the wire, so not before.
    mutating func appendTrailers(_ text: Span<UInt8>, _ slot: Int, to output: inout ByteBuffer) {
        let id = streams[slot].id
        let start = beginBlock(id, to: &output)
        encoder.appendTrailers(text, to: &output)
        endBlock(at: start, id, endsStream: true, to: &output)
    }

    /// A header whose length is not known yet; where it lies.
    private mutating func beginBlock(_ id: UInt32, to output: inout ByteBuffer) -> Int {
        abuse.noteSent()
        let start = output.readableCount
        output.appendFrame(.headers, 0, id, length: 0)
        return start
    }

    /// Writes the length of the block that follows the header at `start`.
    private mutating func endBlock(
        at start: Int,
        _ id: UInt32,
        endsStream: Bool,
        to output: inout ByteBuffer
    ) {
        let blockStart = start &+ FrameHeader.size
        let count = output.readableCount &- blockStart
        let end = endsStream ? FrameFlags.endStream : 0
        if count <= HTTP2Settings.frameSize {
            let flags = end | FrameFlags.endHeaders
            return output.overwriteFrame(at: start, .headers, flags, id, length: count)
        }
        // A head this large is rare: its parts are copied to where they belong.
        let block = output.withReadable { $0.array(blockStart..<$0.count) }
        output.truncate(to: start)
        for first in stride(from: 0, to: count, by: HTTP2Settings.frameSize) {
            let part = first..<min(first + HTTP2Settings.frameSize, count)
            var flags = part.upperBound == count ? FrameFlags.endHeaders : 0
            if first == 0 { flags |= end }
            let kind = first == 0 ? FrameKind.headers : .continuation
            output.appendFrame(kind, flags, id, length: part.count)
            output.append(block.span, part)
        }
    }
}
