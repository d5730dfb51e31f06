import Base
import Telemetry
import Testing
import Wire

@Suite struct TracePropagationTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let parent = "traceparent: 00-\(trace)-b7ad6b7169203331-01"

    private struct Judged {
        let trace: TracePropagation
        /// What the model gets: the lines kept, then ours.
        let sent: String
    }

    private func judge(
        _ lines: [String],
        _ settings: TracePropagation.Settings = .init(),
        seed: UInt64 = 1
    ) throws -> Judged {
        var head = try fields(lines)
        var random = RandomSource(seed: seed)
        let trace = TracePropagation(head, settings, random: &random)
        trace.prepare(&head)
        let sent = written { output in
            HeadEncoder.appendKept(head, to: &output)
            trace.appendParent(spanID: 0xabc, to: &output)
            trace.appendState(joining: head, to: &output)
        }
        return Judged(trace: trace, sent: sent)
    }

    @Test func `a valid traceparent continues the trace`() throws {
        let judged = try judge([Self.parent, "tracestate: a=1"])

        #expect(judged.trace.isSampled)
        #expect(judged.trace.parentID == 0xb7ad_6b71_6920_3331)
        #expect(
            judged.sent == "Host: a\r\ntracestate: a=1\r\n"
                + "traceparent: 00-\(Self.trace)-0000000000000abc-01\r\n"
        )
    }

    @Test(arguments: [
        [], ["traceparent: 00-\(trace.uppercased())-b7ad6b7169203331-01"], [parent, parent],
        ["traceparent: ff-\(trace)-b7ad6b7169203331-01"],
    ]) func `without one valid traceparent a new trace starts`(_ lines: [String]) throws {
        let judged = try judge(lines + ["tracestate: a=1"])

        #expect(judged.trace.parentID == 0)
        #expect(judged.trace.tracestate == .dropped)
        #expect(!judged.sent.contains(Self.trace))
        #expect(!judged.sent.contains("tracestate"))
        #expect(judged.sent.split(separator: "traceparent: 00-").count == 2)
    }

    @Test func `several tracestate fields become one, in order`() throws {
        let judged = try judge([
            Self.parent, "tracestate: a=1,b=2", "x: y", "tracestate: ", "tracestate: c=3",
        ])

        #expect(judged.trace.tracestate == .joined)
        #expect(judged.sent.hasPrefix("Host: a\r\nx: y\r\ntraceparent: "))
        #expect(judged.sent.hasSuffix("\r\ntracestate: a=1,b=2,c=3\r\n"))
    }

    @Test func `several empty tracestate fields cannot end the head`() throws {
        let judged = try judge([Self.parent, "tracestate: ", "tracestate: "])

        #expect(!judged.sent.contains("\r\n\r\n"))
    }

    @Test(arguments: [(32, TracePropagation.Passage.joined), (33, .dropped)])
    func `32 members in all lines are the most (W3C §3.3.1.1)`(
        _ members: Int,
        _ passage: TracePropagation.Passage
    ) throws {
        let lines = (0..<members).map { "tracestate: a\($0)=1" }

        #expect(try judge([Self.parent] + lines).trace.tracestate == passage)
    }

    @Test func `one malformed or too long tracestate drops all of it`() throws {
        let long = (0..<32).map { "tracestate: a\($0)=" + String(repeating: "v", count: 256) }

        #expect(
            try judge([Self.parent, "tracestate: a=1", "tracestate: B"]).trace.tracestate
                == .dropped
        )
        #expect(try judge([Self.parent] + long).trace.tracestate == .dropped)
        #expect(try judge([Self.parent] + long.dropLast()).trace.tracestate == .joined)
    }

    @Test func `baggage passes unchanged, with or without a trace, up to its limits`() throws {
        let many = (0..<65).map { "k\($0)=v" }.joined(separator: ",")
        let long = "k=" + String(repeating: "v", count: 8_191)

        #expect(
            try judge(["baggage: a=1", "baggage: b=2"]).sent.contains(
                "baggage: a=1\r\nbaggage: b=2"
            )
        )
        #expect(try !judge(["baggage: \(many)"]).sent.contains("baggage"))
        #expect(try judge(["baggage: \(many.dropLast(6))"]).sent.contains("baggage"))
        #expect(try !judge(["baggage: \(long)"]).sent.contains("baggage"))
        #expect(try judge(["baggage: \(long.dropLast())"]).sent.contains("baggage"))
    }

    @Test(arguments: [
        ["b3: \(trace)-b7ad6b7169203331-1"],
        ["X-B3-TraceId: \(trace)", "X-B3-SpanId: b7ad6b7169203331", "X-B3-Sampled: 1"],
        ["X-B3-TraceId: \(trace)", "X-B3-SpanId: b7ad6b7169203331", "X-B3-Flags: 1"],
        [
            "b3: nonsense", "X-B3-TraceId: \(trace)", "X-B3-SpanId: b7ad6b7169203331",
            "X-B3-Sampled: true",
        ],
    ]) func `a B3 trace continues as a traceparent`(_ lines: [String]) throws {
        let judged = try judge(lines)

        #expect(judged.trace.parentID == 0xb7ad_6b71_6920_3331)
        #expect(judged.sent.contains("traceparent: 00-\(Self.trace)-0000000000000abc-01\r\n"))
    }

    @Test func `traceparent wins over B3, and B3's lone decision is obeyed`() throws {
        var always = TracePropagation.Settings()
        always.sample = 1
        let other = "b3: 80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-0"

        #expect(try judge([Self.parent, other]).trace.isSampled)
        #expect(try !judge(["b3: 0"], always).trace.isSampled)
        #expect(try judge(["b3: 1"]).trace.isSampled)
    }

    @Test func `new traces are sampled by their share`() throws {
        var settings = TracePropagation.Settings()
        settings.sample = 0.25
        let head = try fields([])
        var random = RandomSource(seed: 3)

        let sampled = (0..<4_000).count { _ in
            TracePropagation(head, settings, random: &random).isSampled
        }

        #expect((900...1_100).contains(sampled))
    }

    @Test func `a propagator that is off leaves its headers alone`() throws {
        var off = TracePropagation.Settings()
        off.isTraceContextOn = false
        off.isBaggageOn = false
        off.isB3On = false
        let lines = [
            "traceparent: nonsense", "tracestate: B",
            "baggage: " + String(repeating: ",a", count: 99),
        ]

        let judged = try judge(lines, off)

        #expect(judged.sent == "Host: a\r\n" + lines.map { $0 + "\r\n" }.joined())
        #expect(judged.trace.traceID != 0)
    }
}
