extension HTTP2Connection {
    /// What is read next.
    enum Reading {
        /// The 24 bytes that a client begins with (RFC 9113 §3.4).
        case preface
        /// The frame that follows a preface, or is a server's: SETTINGS.
        case settings
        /// A frame's header.
        case frame
        /// CONTINUATION of a head, and nothing else (RFC 9113 §4.3).
        case continuation
        /// Payload of a DATA frame, then its padding.
        case data
        /// Nothing: the connection failed.
        case nothing
    }

    /// How far we are with leaving.
    enum Departure {
        case none
        /// The peer was told, but may open streams until it knows.
        case announced
        /// The peer was told which stream was the last.
        case final
    }

    /// What is told before more is read.
    struct Notices {
        var windowOpened = false
        /// Whether streams above `peerLast` are open, which the peer does not take.
        var isLeftAlone = false
    }

    /// The DATA frame that is being read.
    struct IncomingData {
        var stream: UInt32 = 0
        /// Bytes of payload still to come.
        var payload = 0
        /// Bytes still to come that mean nothing: padding, or data of a stream that is over.
        var padding = 0
        var endsStream = false
    }

    /// A head that comes in several frames.
    struct HeadFragments {
        var stream: UInt32 = 0
        var endsStream = false
        /// Whether it says that the stream depends on itself.
        var isSelfDependent = false
        var frames = 0
        var bytes: [UInt8] = []
    }
}
