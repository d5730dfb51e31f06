import Base
import Wire

extension FuzzTarget {
    /// Messages of gRPC in their frames, and protobuf in them.
    static let grpc = FuzzTarget(
        name: "grpc",
        seeds: [
            "\u{0}\u{0}\u{0}\u{0}\u{2}\u{8}\u{1}", "\u{0}\u{0}\u{0}\u{0}\u{3}\u{a}\u{1}a",
            "\u{0}\u{0}\u{0}\u{0}\u{7}\u{9}abcdefgh",
        ],
        words: ["\u{0}\u{0}\u{0}\u{0}\u{1}", "\u{8}\u{1}", "\u{a}\u{1}a", "\u{10}\u{7f}"]
    ) { bytes throws(Broken) in
        try checkProtobuf(bytes)
        guard let range = try? GRPCMessage.range(in: bytes.span, limit: 1_024) else { return }
        try require(range.lowerBound == GRPCMessage.prefixSize, "a message begins elsewhere")
        try require(range.upperBound <= bytes.count, "a message ends behind its end")
        if let service = GRPCHealth.service(askedBy: bytes.span, range) {
            var request = ByteBuffer()
            GRPCHealth.append(requestFor: service, to: &request)
            let again = request.withReadable { GRPCHealth.service(askedBy: $0, 0..<$0.count) }
            try require(again == service, "a service changes when it is written again")
        }
        _ = GRPCHealth.status(in: bytes.span, range)
        _ = GRPCHealth.isReady(in: bytes.span, range)
    }

    /// Fields lie behind one another, within the message.
    private static func checkProtobuf(_ bytes: [UInt8]) throws(Broken) {
        var reader = ProtobufReader(0..<bytes.count)
        var end = 0
        var count = 0
        while let field = try? reader.next(bytes.span) {
            count += 1
            switch field.value {
            case .number: break
            case .bytes(let range), .fixed(let range):
                let isBehind = range.lowerBound > end && range.upperBound <= bytes.count
                try require(isBehind, "\(range) of \(bytes.count), behind \(end)")
                end = range.upperBound
            }
            try require(field.number >= 1 && field.number <= 0x1fff_ffff, "field \(field.number)")
        }
        try require(count <= bytes.count / 2, "\(count) fields in \(bytes.count) bytes")
    }
}
