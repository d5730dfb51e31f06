/// What a peer's bytes meant to one HTTP/2 connection.
///
/// Whom the stream belongs to is said by `HTTP2Connection.currentTag`, even when the event ended
/// the stream.
package enum HTTP2Event: Sendable, Hashable {
    /// All that was lent is understood, or a frame is incomplete: what the index has not passed
    /// is shown again with what follows, at most one frame (16,393 bytes).
    case needsMore
    /// A request (server), whose stream has no tag yet, or the final head of a response (client).
    ///
    /// Taken by `takeHead`.
    case head(StreamID, endsStream: Bool)
    /// A 1xx head, to which another follows (client); taken by `takeHead`.
    case interim(StreamID)
    /// A request whose head is larger than we allow: answer with `status` (431), then reset.
    case refusedHead(StreamID, status: Int, endsStream: Bool)
    /// Payload, where it lies in the input; with `endsStream` perhaps none.
    ///
    /// What is taken over is to be credited, else the peer may send no more on this stream.
    case data(StreamID, Range<Int>, endsStream: Bool)
    /// The fields behind the body, taken by `takeTrailers`; they end the stream.
    case trailers(StreamID)
    /// The stream is over, both ways; what was queued is dropped.
    ///
    /// By the peer, or by an error that it made, of which it has been told. `refusedStream` says
    /// that the peer did nothing with it, also when its GOAWAY did.
    case reset(StreamID, HTTP2ErrorCode, isByPeer: Bool)
    /// Queued bytes may leave: call `pump`.
    case windowOpened
    /// The peer's settings changed: `canOpen` and what the peer allows may have.
    case settings
    /// The peer takes no streams above `last`; each of ours that it does not take is `reset` next.
    case goAway(last: StreamID, HTTP2ErrorCode)
    /// The answer to `ping`.
    case pong
    /// The connection is over: GOAWAY is in the output, to be flushed before it is closed.
    case failed(HTTP2ErrorCode, HTTP2Abuse?)
}
