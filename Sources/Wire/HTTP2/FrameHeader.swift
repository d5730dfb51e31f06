import Base

/// What a frame is (RFC 9113 §6).
enum FrameKind: UInt8 {
    case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate
    case continuation
}

/// The flags of frames; what one means depends on the kind (RFC 9113 §6).
enum FrameFlags {
    static let endStream: UInt8 = 0x1
    /// Of SETTINGS and PING.
    static let acknowledgement: UInt8 = 0x1
    static let endHeaders: UInt8 = 0x4
    static let padded: UInt8 = 0x8
    static let priority: UInt8 = 0x20
}

/// The nine bytes before each frame's payload (RFC 9113 §4.1).
struct FrameHeader {
    static let size = 9

    /// Bytes of payload.
    let length: Int
    /// `nil` for a type that nobody knows; such frames are passed over.
    let kind: FrameKind?
    let flags: UInt8
    /// Without the reserved bit.
    let stream: UInt32

    /// The header at `index`, where nine bytes lie.
    init(_ input: Span<UInt8>, at index: Int) {
        let word = input.bigEndian64(at: index)
        length = Int(truncatingIfNeeded: word &>> 40)
        kind = FrameKind(rawValue: UInt8(truncatingIfNeeded: word &>> 32))
        flags = UInt8(truncatingIfNeeded: word &>> 24)
        let high = UInt32(truncatingIfNeeded: word &<< 8)
        stream = (high | UInt32(input[index &+ 8])) & 0x7fff_ffff
    }

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }
}
