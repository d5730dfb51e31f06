package import Base

/// What a peer may ask of one HTTP/2 connection.
package struct HTTP2Limits: Sendable {
    /// Streams that the peer may have open at the same time.
    package var streams = 100
    /// Bytes of one head as RFC 9113 §6.5.2 counts them: names, values and 32 for each field.
    package var listSize = 65_536
    /// Fields of one head.
    package var fieldCount = 128
    /// Bytes of a request's target.
    package var targetSize = 16_384
    /// CONTINUATION frames of one head.
    package var continuations = 16
    /// Bytes that may arrive on a stream before they are credited; at least 65,535.
    package var streamWindow = 65_535
    /// Bytes that may arrive on all streams before they are credited; at least 65,535.
    package var connectionWindow = 1_048_576
    /// Bytes that wait in the output before data of streams waits in their queues.
    package var outputSize = 65_536
    /// Bytes that wait in the output before the peer counts as one that does not read.
    package var unreadSize = 1_048_576
    /// How long the bounds below are counted.
    package var period = Nanoseconds.seconds(10)
    /// Resets of unanswered streams; they must also be above half of the streams opened.
    package var resets = 200
    /// Streams that hardly moved while others waited; they must also be above half of those opened.
    package var slowStreams = 20
    /// PING frames above the frames of answers that were sent, as clients measure by them.
    package var pings = 200
    package var settings = 100
    /// PRIORITY and unknown frames, above ten for each stream opened.
    package var priorities = 200
    /// WINDOW_UPDATE frames, above ten for each frame of answers that was sent.
    package var windowUpdates = 1_000
    /// Frames that carry nothing and end nothing.
    package var emptyFrames = 100
    /// Acknowledgements written since the peer was last seen to read.
    package var unreadAcknowledgements = 1_000

    package init() {}
}
