/// What a peer did too much of, so that its connection was ended with ENHANCE_YOUR_CALM.
package enum HTTP2Abuse: UInt8, Sendable, Hashable, CaseIterable {
    /// Streams opened to be reset, by the peer or by errors that it provokes in us.
    case rapidReset
    /// One head in too many frames.
    case continuationFlood
    /// One head of too many bytes.
    case headerBomb
    case settingsFlood
    case pingFlood
    /// PRIORITY, and frames of types that nobody knows.
    case priorityFlood
    case windowUpdateFlood
    /// Frames that carry nothing and end nothing.
    case emptyFrames
    /// The peer asks and asks but does not read what it is answered.
    case unreadOutput
    /// Streams that hardly move hold up what others wait for.
    case slowStreams

    /// The value of a metric's label.
    package var name: StaticString {
        switch self {
        case .rapidReset: "rapid_reset"
        case .continuationFlood: "continuation_flood"
        case .headerBomb: "header_bomb"
        case .settingsFlood: "settings_flood"
        case .pingFlood: "ping_flood"
        case .priorityFlood: "priority_flood"
        case .windowUpdateFlood: "window_update_flood"
        case .emptyFrames: "empty_frames"
        case .unreadOutput: "unread_output"
        case .slowStreams: "slow_streams"
        }
    }
}
