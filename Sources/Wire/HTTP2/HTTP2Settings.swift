import Base

/// What a peer said of itself in SETTINGS (RFC 9113 §6.5.2), or what holds before it did.
struct HTTP2Settings {
    /// What may not be exceeded by a window (RFC 9113 §6.9.1).
    static let largestWindow = 0x7fff_ffff
    static let defaultWindow = 65_535
    /// The largest frame that everybody takes, and the largest that we send or take.
    static let frameSize = 16_384

    /// Bytes of the table that our heads are encoded with (RFC 7541 §4.2).
    private(set) var headerTableSize = 4_096
    private(set) var concurrentStreams = Int.max
    /// What a stream's window is when it is opened.
    private(set) var initialWindow = defaultWindow
    private(set) var takesExtendedConnect = false

    /// One parameter; those that nobody knows are passed over.
    mutating func apply(
        _ parameter: UInt16,
        _ value: UInt32,
        of role: HTTP2Connection.Role
    ) throws(HTTP2Violation) {
        switch parameter {
        case Parameter.headerTableSize: headerTableSize = Int(value)
        case Parameter.enablePush:
            // A server may not say that it takes pushes (RFC 9113 §6.5.2).
            let largest: UInt32 = role == .server ? 0 : 1
            guard value <= largest else { throw .connection(.protocolError) }
        case Parameter.concurrentStreams: concurrentStreams = Int(value)
        case Parameter.initialWindow:
            guard Int(value) <= Self.largestWindow else {
                throw .connection(.flowControlError)
            }
            initialWindow = Int(value)
        case Parameter.frameSize:
            // Larger frames are allowed to us, but never sent.
            guard Int(value) >= Self.frameSize, value < 1 << 24 else {
                throw .connection(.protocolError)
            }
        case Parameter.extendedConnect:
            // What was promised cannot be taken back (RFC 8441 §3).
            guard value <= 1, value == 1 || !takesExtendedConnect else {
                throw .connection(.protocolError)
            }
            takesExtendedConnect = value == 1
        default: break
        }
    }

    /// Appends our own SETTINGS.
    static func append(
        _ role: HTTP2Connection.Role,
        _ limits: HTTP2Limits,
        to output: inout ByteBuffer
    ) {
        var parameters: [(UInt16, Int)] = [(Parameter.listSize, limits.listSize)]
        switch role {
        case .server:
            parameters.append((Parameter.concurrentStreams, limits.streams))
            parameters.append((Parameter.extendedConnect, 1))
        case .client: parameters.append((Parameter.enablePush, 0))
        }
        if limits.streamWindow != defaultWindow {
            parameters.append((Parameter.initialWindow, limits.streamWindow))
        }
        output.appendFrame(.settings, 0, 0, length: parameters.count * 6)
        for (parameter, value) in parameters {
            output.append(bigEndian: parameter)
            output.append(bigEndian: UInt32(truncatingIfNeeded: value))
        }
    }

    private enum Parameter {
        static let headerTableSize: UInt16 = 1
        static let enablePush: UInt16 = 2
        static let concurrentStreams: UInt16 = 3
        static let initialWindow: UInt16 = 4
        static let frameSize: UInt16 = 5
        static let listSize: UInt16 = 6
        static let extendedConnect: UInt16 = 8
    }
}
