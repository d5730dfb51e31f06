package import Base
package import Wire

/// What becomes of a request's trace: read once from its head, written for every attempt.
package struct TracePropagation: Sendable {
    /// Which headers are read, and how often a new trace is sampled.
    ///
    /// Headers of a propagator that is off are not looked at: they pass as they came.
    package struct Settings: Sendable {
        package var isTraceContextOn = true
        package var isBaggageOn = true
        package var isB3On = true
        /// Share of new traces marked as sampled, 0 to 1.
        package var sample = 0.1

        package init() {}
    }

    /// What becomes of the lines of one header.
    package enum Passage: Sendable, Hashable {
        /// There are none, or they are not our business.
        case untouched
        /// Several lines become one, in their order.
        case joined
        /// They are malformed, too many or too long, or belong to a trace that ended here.
        case dropped
    }

    /// 16 bytes, never all zero.
    package let traceID: UInt128
    /// The caller's span; 0 when the trace begins here.
    package let parentID: UInt64
    /// The span of this request.
    package let spanID: UInt64
    package let isSampled: Bool
    package let tracestate: Passage
    package let baggage: Passage
    private let flags: UInt8
    private let writesTraceparent: Bool
    private let dropsTraceparent: Bool

    /// Judges the trace headers of one request, or begins a trace where there are none.
    ///
    /// Borrowed, as an initialiser would otherwise have the head's memory counted.
    package init(_ fields: borrowing Fields, _ settings: Settings, random: inout RandomSource) {
        if Self.isTraced(fields) {
            self.init(judging: fields, settings, random: &random)
        } else {
            self.init(beginning: settings, random: &random)
        }
    }

    /// Begins a trace for a request that tells of none, as most do.
    private init(beginning settings: Settings, random: inout RandomSource) {
        traceID = Self.makeTraceID(&random)
        parentID = 0
        spanID = Self.makeSpanID(&random)
        isSampled = random.unit() < settings.sample
        flags = isSampled ? 1 : 0
        writesTraceparent = settings.isTraceContextOn
        dropsTraceparent = false
        tracestate = .untouched
        baggage = .untouched
    }

    /// Judges the trace headers of one request (W3C Trace Context §3, Baggage §3).
    private init(
        judging fields: borrowing Fields,
        _ settings: Settings,
        random: inout RandomSource
    ) {
        let context = settings.isTraceContextOn ? Self.context(fields) : nil
        let b3 = settings.isB3On && context == nil ? Self.b3(fields) : nil
        traceID = context?.traceID ?? b3?.ids?.traceID ?? Self.makeTraceID(&random)
        parentID = context?.parentID ?? b3?.ids?.parentID ?? 0
        spanID = Self.makeSpanID(&random)
        let isSampled =
            context?.isSampled ?? b3?.isSampled ?? (random.unit() < settings.sample)
        self.isSampled = isSampled
        flags = context?.flags ?? (isSampled ? 1 : 0)
        writesTraceparent = settings.isTraceContextOn
        dropsTraceparent = writesTraceparent && fields.contains(.traceparent)
        tracestate =
            settings.isTraceContextOn
            ? Self.tracestate(fields, isContinued: context != nil) : .untouched
        baggage = settings.isBaggageOn ? Self.baggage(fields) : .untouched
    }

    /// Drops the lines that must not reach the model as they came.
    package func prepare(_ fields: inout Fields) {
        if dropsTraceparent { fields.drop(.traceparent) }
        if tracestate != .untouched { fields.drop(.tracestate) }
        if baggage == .dropped { fields.drop(.baggage) }
    }

    /// Appends the line that the model gets from us; `spanID` names the attempt.
    ///
    /// `appendState` has another one to add where `joinsState` says so.
    package func appendParent(spanID: UInt64, to output: inout ByteBuffer) {
        guard writesTraceparent else { return }
        output.append("traceparent: ")
        TraceContext.append(traceID: traceID, spanID: spanID, flags: flags, to: &output)
        output.append("\r\n")
    }

    /// Whether several lines of `tracestate` are to become one.
    package var joinsState: Bool { writesTraceparent && tracestate == .joined }

    /// Appends that line; `fields` is the head that was judged, which still holds the values.
    package func appendState(joining fields: Fields, to output: inout ByteBuffer) {
        if joinsState { Self.appendJoined(fields, to: &output) }
    }

    /// An identifier for a span of ours: 8 bytes, never all zero.
    package static func makeSpanID(_ random: inout RandomSource) -> UInt64 {
        max(1, random.next())
    }

    private static func makeTraceID(_ random: inout RandomSource) -> UInt128 {
        max(1, UInt128(random.next()) << 64 | UInt128(random.next()))
    }
}

extension TracePropagation {
    /// Whether any line here is there for a trace.
    private static func isTraced(_ fields: borrowing Fields) -> Bool {
        fields.containsAny(of: .tracing)
    }

    /// The caller's context; `nil` without a valid `traceparent`, and when there are several.
    private static func context(_ fields: borrowing Fields) -> TraceContext? {
        guard fields.count(of: .traceparent) == 1, let range = fields.first(.traceparent) else {
            return nil
        }
        return fields.withBytes { TraceContext(traceparent: $0, range) }
    }

    private static func b3(_ fields: borrowing Fields) -> B3? {
        if let range = fields.first(.b3) {
            let single = fields.withBytes { B3(single: $0, range) }
            if let single { return single }
        }
        var ids: B3.IDs?
        if let trace = fields.first(.xB3TraceID), let span = fields.first(.xB3SpanID) {
            ids = fields.withBytes { B3.ids($0, trace: trace, span: span) }
        }
        let isDebug = fields.first(.xB3Flags).map { fields.equals($0, "1") } ?? false
        let decision = fields.first(.xB3Sampled).flatMap { range in
            fields.withBytes { B3.decision($0, range) }
        }
        guard ids != nil || isDebug || decision != nil else { return nil }
        return B3(ids: ids, isSampled: isDebug ? true : decision)
    }

    private static func tracestate(_ fields: borrowing Fields, isContinued: Bool) -> Passage {
        let lines = fields.count(of: .tracestate)
        if lines == 0 { return .untouched }
        guard isContinued else { return .dropped }
        var bytes = lines - 1
        var members: Int? = 0
        fields.forEachValue(of: .tracestate) { span, range in
            bytes += range.count
            let more = TraceState.members(span, range)
            members = members.flatMap { sum in more.map { sum + $0 } }
        }
        guard let members, members <= TraceState.membersMax, bytes <= TraceState.bytesMax else {
            return .dropped
        }
        return lines == 1 ? .untouched : .joined
    }

    private static func baggage(_ fields: borrowing Fields) -> Passage {
        guard fields.contains(.baggage) else { return .untouched }
        var members = 0
        var bytes = fields.count(of: .baggage) - 1
        fields.forEachValue(of: .baggage) { span, range in
            bytes += range.count
            members += Baggage.members(span, range)
        }
        return members <= Baggage.membersMax && bytes <= Baggage.bytesMax ? .untouched : .dropped
    }

    /// Writes all values as one line; `prepare` has dropped their own lines.
    private static func appendJoined(_ fields: Fields, to output: inout ByteBuffer) {
        output.append("tracestate: ")
        var isFirst = true
        for line in fields.lines where line.name == .tracestate && !line.valueRange.isEmpty {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            output.append(fields.bytes.span, line.valueRange)
            isFirst = false
        }
        output.append("\r\n")
    }
}
