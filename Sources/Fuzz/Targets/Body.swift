import Base
import Wire

extension FuzzTarget {
    /// Bodies: the same payload however they arrive, and none that a naive reader sees not.
    static let body = FuzzTarget(
        name: "body",
        seeds: [
            "5\r\nhello\r\n0\r\n\r\n", "a;b=c;d=\"e\\\"\"\r\n0123456789\r\n0\r\nx-a: b\r\n\r\nGET",
            "0\r\ngrpc-status: 0\r\nhost: a\r\n\r\n",
            "00001\r\na\r\nB;x\r\nhello world\r\n0\r\n\r\n",
        ],
        words: [
            "0\r\n\r\n", "1\r\na\r\n", "\r\n", ";a=b", ";a=\"b\"", "ffffffffffffffff", "x-a: b\r\n",
            "7fffffffffffffff", "\\\"", "0000000000000001\r\n", "content-length: 1\r\n", "0\r\n",
        ]
    ) { bytes throws(Broken) in
        let length = Arrival.hash(bytes) >> 24 % 64
        for framing in [BodyFraming.chunked, .length(length), .untilClose, .none] {
            let whole = BodyVerdict(bytes, [], framing)
            for way in Arrival.ways(bytes) {
                let other = BodyVerdict(bytes, way, framing)
                try require(other == whole, "cut at \(way.prefix(3)): \(other), whole: \(whole)")
            }
        }
        try checkLength(bytes, Int(length))
        let verdict = BodyVerdict(bytes, [], .chunked)
        guard case .complete(let payload, let trailers, let rest) = verdict else { return }
        let naive = naivePayload(bytes)
        try require(naive?.payload == payload, "a naive reader sees another payload")
        try require(naive?.trailersStart ?? 0 <= bytes.count - rest, "ended too early")
        let again = BodyVerdict(encode(payload, trailers), [], .chunked)
        let expected = BodyVerdict.complete(payload, trailers: trailers, rest: 0)
        try require(again == expected, "encoded and decoded: \(again)")
    }

    private static func checkLength(_ bytes: [UInt8], _ length: Int) throws(Broken) {
        let verdict = BodyVerdict(bytes, [], .length(UInt64(length)))
        let payload = Array(bytes.prefix(length))
        let expected =
            bytes.count < length
            ? BodyVerdict.incomplete(payload)
            : .complete(payload, trailers: [], rest: bytes.count - length)
        try require(verdict == expected, "length \(length): \(verdict)")
    }

    /// The chunks as a lenient reader takes them: whatever follows the digits is passed over.
    private static func naivePayload(
        _ bytes: [UInt8]
    ) -> (payload: [UInt8], trailersStart: Int)? {
        var rest = bytes[...]
        var payload: [UInt8] = []
        while let lineEnd = rest.firstIndex(of: 10) {
            let digits = rest[..<lineEnd].prefix { ASCII.hexValue($0) != nil }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return nil
            }
            if size == 0 { return (payload, lineEnd + 1) }
            guard size <= bytes.count - lineEnd - 3 else { return nil }
            payload += bytes[lineEnd + 1..<lineEnd + 1 + size]
            rest = bytes[(lineEnd + 3 + size)...]
        }
        return nil
    }

    private static func encode(_ payload: [UInt8], _ trailers: [String]) -> [UInt8] {
        var output = ByteBuffer()
        let half = payload.count / 2
        for part in [payload[..<half], payload[half...]] where !part.isEmpty {
            ChunkedEncoder.appendHeader(part.count, to: &output)
            output.append(Array(part))
            ChunkedEncoder.appendDataEnd(to: &output)
        }
        output.append("0\r\n")
        for line in trailers { output.append(line.unicodeScalars.map { UInt8($0.value) }) }
        output.append("\r\n")
        return output.withReadable { $0.array(0..<$0.count) }
    }
}

/// What a decoder says about a body that arrives with reads ending at some places.
private enum BodyVerdict: Equatable {
    case refused(BodyDecoder.Failure)
    case incomplete([UInt8])
    case complete([UInt8], trailers: [String], rest: Int)

    init(_ bytes: [UInt8], _ cuts: [Int], _ framing: BodyFraming) {
        var decoder = BodyDecoder(framing)
        var payload: [UInt8] = []
        var index = 0
        for end in cuts + [bytes.count] {
            let input = bytes.span.extracting(0..<end)
            do throws(BodyDecoder.Failure) {
                while case .payload(let range) = try decoder.next(input, from: &index) {
                    payload += bytes[range]
                }
            } catch {
                self = .refused(error)
                return
            }
        }
        guard decoder.isComplete else {
            self = .incomplete(payload)
            return
        }
        let kept = decoder.trailers?.lines.filter { !$0.isDropped } ?? []
        let lines = kept.map { line in
            let text = decoder.trailers?.bytes[line.lineRange] ?? []
            return String(String.UnicodeScalarView(text.map(Unicode.Scalar.init)))
        }
        self = .complete(payload, trailers: lines, rest: bytes.count - index)
    }
}
