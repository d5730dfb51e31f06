import Base

@testable import Wire

/// A frame as tests write and read it.
struct TestFrame: Equatable, CustomStringConvertible {
    var kind: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]

    init(_ kind: FrameKind, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.init(kind: kind.rawValue, flags, stream, payload)
    }

    init(kind: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    var description: String {
        let name = FrameKind(rawValue: kind).map { "\($0)" } ?? "type \(kind)"
        let text = String(decoding: payload, as: UTF8.self)
        return "\(name) flags \(flags) stream \(stream) \(payload.prefix(40)) \(text.prefix(40))"
    }

    var bytes: [UInt8] {
        let length = UInt32(payload.count)
        return [UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), kind, flags]
            + Self.bytes(stream) + payload
    }

    /// Takes all frames out of `output`, which must end with one.
    static func all(in output: inout ByteBuffer) -> [TestFrame] {
        let bytes = output.withReadable { $0.array(0..<$0.count) }
        output.clear()
        return all(in: bytes[...])
    }

    static func all(in bytes: ArraySlice<UInt8>) -> [TestFrame] {
        var frames: [TestFrame] = []
        var rest = bytes
        while rest.count >= 9 {
            let start = rest.startIndex
            let length = rest[start..<start + 3].reduce(0) { $0 << 8 | Int($1) }
            let stream = rest[start + 5..<start + 9].reduce(0) { $0 << 8 | UInt32($1) }
            let payload = Array(rest[(start + 9)...].prefix(length))
            frames.append(
                TestFrame(kind: rest[start + 3], rest[start + 4], stream, payload)
            )
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

/// Frames as a peer sends them.
extension TestFrame {
    static let endStream = FrameFlags.endStream
    static let endHeaders = FrameFlags.endHeaders

    static func headers(
        _ stream: UInt32,
        _ block: [UInt8] = Block.get,
        _ flags: UInt8 = endHeaders | endStream
    ) -> TestFrame {
        TestFrame(.headers, flags, stream, block)
    }

    static func data(_ stream: UInt32, _ text: String, _ flags: UInt8 = 0) -> TestFrame {
        TestFrame(.data, flags, stream, Array(text.utf8))
    }

    static func data(_ stream: UInt32, count: Int, _ flags: UInt8 = 0) -> TestFrame {
        TestFrame(.data, flags, stream, Array(repeating: 97, count: count))
    }

    static func reset(_ stream: UInt32, _ code: HTTP2ErrorCode) -> TestFrame {
        TestFrame(.reset, 0, stream, bytes(code.rawValue))
    }

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> TestFrame {
        TestFrame(.windowUpdate, 0, stream, bytes(increment))
    }

    static func settings(_ parameters: [(UInt16, UInt32)] = []) -> TestFrame {
        let payload = parameters.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] + bytes($1) }
        return TestFrame(.settings, 0, 0, payload)
    }

    static let settingsAcknowledgement = TestFrame(.settings, FrameFlags.acknowledgement)

    static func ping(_ content: UInt64, isAcknowledgement: Bool = false) -> TestFrame {
        let payload = bytes(UInt32(content >> 32)) + bytes(UInt32(truncatingIfNeeded: content))
        return TestFrame(.ping, isAcknowledgement ? FrameFlags.acknowledgement : 0, 0, payload)
    }

    static func goAway(_ last: UInt32, _ code: HTTP2ErrorCode) -> TestFrame {
        TestFrame(.goAway, 0, 0, bytes(last) + bytes(code.rawValue))
    }
}

/// Field blocks that need no table but the static one (RFC 7541 appendix A).
enum Block {
    static let get: [UInt8] = [0x82, 0x86, 0x84, 0x41, 1, 97]
    static let post: [UInt8] = [0x83, 0x86, 0x84, 0x41, 1, 97]
    static let ok: [UInt8] = [0x88]

    /// With a literal that no table remembers.
    static func with(_ block: [UInt8], _ name: String, _ value: String) -> [UInt8] {
        block + [0, UInt8(name.utf8.count)] + name.utf8 + [UInt8(value.utf8.count)] + value.utf8
    }
}
