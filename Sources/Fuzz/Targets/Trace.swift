import Base
import Telemetry
import Wire

extension FuzzTarget {
    /// Trace headers: a second proxy behind the first continues the same trace.
    static let trace = FuzzTarget(
        name: "trace",
        seeds: [
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
                + "tracestate: a=1,b@c=2\r\ntracestate: d=3\r\nbaggage: k=v;p=1, l=w",
            "traceparent: cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "b3: 80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90",
            "b3: 0",
            "X-B3-TraceId: 64fe8b2a57d3eff7\r\nX-B3-SpanId: e457b5a2e4d86bd1\r\n"
                + "X-B3-Sampled: 1\r\nX-B3-Flags: 1\r\nX-B3-ParentSpanId: 05e3ac9a4f6e3b90",
        ],
        words: [
            "traceparent: 00-", "tracestate: ", "baggage: ", "b3: ", "X-B3-TraceId: ", "-01",
            "X-B3-SpanId: ", "X-B3-Sampled: ", "X-B3-Flags: 1", "\r\n", "a=1", "a@b=c", ",", "=",
            "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "0000000000000000",
        ]
    ) { bytes throws(Broken) in
        guard var head = parse(bytes) else { return }
        var random = RandomSource(seed: Arrival.hash(bytes))
        let first = TracePropagation(head.fields, .init(), random: &random)
        try require(first.traceID != 0 && first.spanID != 0, "an identifier of zeros")
        first.prepare(&head.fields)
        head.fields.drop(.host)
        var output = ByteBuffer()
        HeadEncoder.appendKept(head.fields, to: &output)
        first.appendParent(spanID: first.spanID, to: &output)
        first.appendState(joining: head.fields, to: &output)
        let sent = output.withReadable { $0.array(0..<$0.count) }
        guard let next = parse(sent.dropLast(2)) else {
            throw Broken("what is passed on is not a head")
        }
        let second = TracePropagation(next.fields, .init(), random: &random)
        try require(second.traceID == first.traceID, "another trace")
        try require(second.parentID == first.spanID, "another parent")
        try require(second.isSampled == first.isSampled, "another decision")
        try require(second.tracestate == .untouched, "tracestate was \(second.tracestate)")
        try require(second.baggage == .untouched, "baggage was \(second.baggage)")
        try require(next.fields.count(of: .traceparent) == 1, "not one traceparent")
    }

    private static func parse(_ lines: some Sequence<UInt8>) -> RequestHead? {
        let text = Array("GET / HTTP/1.1\r\nhost: a\r\n".utf8) + lines + [13, 10, 13, 10]
        var limits = RequestHeadParser.Limits()
        limits.headSize = 1 << 20
        limits.fieldCount = 1_024
        var head = RequestHead()
        var scanned = 0
        do throws(RequestHeadParser.Failure) {
            let parser = RequestHeadParser(limits)
            let consumed = try parser.parse(text.span, scanned: &scanned, into: &head)
            return consumed == text.count ? head : nil
        } catch {
            // A head that is refused carries no trace.
            return nil
        }
    }
}
