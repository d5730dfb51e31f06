import Base

/// One HTTP/2 connection (RFC 9113), as either end of it: bytes in, events and bytes out.
///
/// Pure: it is lent what arrived and writes what is to leave into the caller's output. Heads come
/// and go in the shape of HTTP/1.1, so that every rule about fields is written once. What streams,
/// windows or the output have no room for waits in a queue of each stream.
///
///     idle ──head──▶ open ──END_STREAM in──▶ half-closed (remote) ──END_STREAM out──▶ closed
///                     └───END_STREAM out──▶ half-closed (local) ───END_STREAM in───▶ closed
///     any ──RST_STREAM, either way──▶ closed
package struct HTTP2Connection: ~Copyable {
    /// Which end of the connection this is.
    package enum Role: Sendable, Hashable {
        case server, client
    }

    package let role: Role
    package let limits: HTTP2Limits
    let isSecure: Bool

    var reading: Reading
    var incoming = IncomingData()
    var fragments = HeadFragments()
    var streams = StreamTable()
    var closed = ClosedStreams()
    var queues = SendQueues()
    var abuse: AbuseGuard
    /// What the peer says of itself.
    var peer = HTTP2Settings()
    var decoder = HPACKDecoder()
    var encoder = FieldBlockEncoder()
    /// The head that is being read, and what it was found to be.
    var fields = FieldBlock()
    var request = RequestHead()
    var response = ResponseHead()
    var trailers = Fields()
    /// Bytes that we may send on all streams.
    var sendWindow = HTTP2Settings.defaultWindow
    /// Bytes that the peer may send on all streams.
    var receiveWindow: Int
    /// Bytes received that the peer has not been told of.
    var owed = 0
    /// The highest stream that the peer opened (server).
    var highest: UInt32 = 0
    /// The stream that is opened next (client).
    var nextStream: UInt32 = 1
    var departure = Departure.none
    /// The last stream that the peer takes, once it said that it is about to leave.
    var peerLast: UInt32?
    /// What is told before more is read.
    var notices = Notices()
    /// Streams whose queue ran empty, and whom they belong to.
    var drained: [(stream: StreamID, tag: UInt64)] = []
    /// Whom the stream of the last event, or of the last `nextDrained`, belongs to.
    package internal(set) var currentTag: UInt64 = 0

    /// `isSecure` says that a client's requests go over TLS, so that their scheme is https.
    package init(_ role: Role, _ limits: HTTP2Limits = HTTP2Limits(), isSecure: Bool = false) {
        precondition(limits.streamWindow >= HTTP2Settings.defaultWindow)
        precondition(limits.connectionWindow >= HTTP2Settings.defaultWindow)
        self.role = role
        self.limits = limits
        self.isSecure = isSecure
        abuse = AbuseGuard(limits)
        reading = role == .server ? .preface : .settings
        receiveWindow = limits.connectionWindow
    }
}
