import Base
import Reactor
import Routing
import Telemetry
import Wire

/// Where a request came from, as far as forwarding fields care.
struct RequestOrigin {
    let peer: SocketAddress
    let isTrusted: Bool
    /// Whether it came over TLS.
    var isSecure = false

    /// The scheme of its URL (RFC 9110 §4.2).
    var scheme: StaticString { isSecure ? "https" : "http" }
}

/// The request as the model gets it: a new value, made from what came in.
///
/// Hop-by-hop fields and ours are marked as dropped before anything is added, so that no client
/// can name away what we add.
extension Exchange {
    /// How the body goes to the model.
    var outgoingFraming: OutgoingFraming {
        mutating get {
            switch request.framing {
            case .none: isUpgrade ? .identity : .none
            case .length: .identity
            case .chunked: .chunked
            case .untilClose: .none
            }
        }
    }

    /// Whether the client asks for a WebSocket.
    var isUpgrade: Bool {
        mutating get {
            if case .webSocket = request.upgrade { true } else { false }
        }
    }

    /// Reads trace and request id from the head, and marks what is not forwarded.
    @inline(__always)
    mutating func identify(peer: SocketAddress, _ context: inout ExchangeContext) {
        record.method = request.method
        context.origins.withText(of: peer) { record.setPeer($0, $1) }
        trace = TracePropagation(
            request.fields,
            snapshot.traceSettings,
            random: &context.random
        )
        record.traceID = trace.traceID
        record.spanID = trace.spanID
        record.isSampled = trace.isSampled
        record.setPath(of: request.fields, request.path)
        keepOrMakeRequestID(&context)
        markUnforwarded()
    }

    /// Drops what concerns one connection, what is written anew, and what is ours alone.
    @inline(__always)
    private mutating func markUnforwarded() {
        saysOrigin = request.fields.containsAny(of: .forwarding)
        HopByHop.strip(&request.fields)
        trace.prepare(&request.fields)
        request.fields.drop(.rewritten)
        if request.isAuthorityInTarget { request.fields.drop(.host) }
        if case .options = request.method { request.fields.drop(.maxForwards) }
    }

    @inline(__always)
    private mutating func keepOrMakeRequestID(_ context: inout ExchangeContext) {
        if let range = request.fields.first(.xRequestID) {
            let isKept = request.fields.withBytes { bytes in
                guard RequestID.isSane(bytes, range) else { return false }
                record.setRequestID(bytes, range)
                return true
            }
            if isKept { return }
        }
        record.makeRequestID(random: &context.random)
    }

    /// Writes the whole head of this attempt; its client is `peer`.
    @inline(__always)
    mutating func writeRequest(
        of peer: SocketAddress,
        isTrustedPeer: Bool,
        _ context: inout ExchangeContext,
        _ now: Instant,
        to output: inout ByteBuffer
    ) {
        let identity = signedIdentity(&context, now)
        appendRequest(
            from: RequestOrigin(
                peer: peer,
                isTrusted: isTrusted(peer: isTrustedPeer),
                isSecure: isSecure
            ),
            spanID: TracePropagation.makeSpanID(&context.random),
            identity: identity,
            now: now,
            &context.origins,
            to: &output
        )
    }

    /// Writes the whole head for the endpoint; `spanID` names this attempt.
    mutating func appendRequest(
        from origin: RequestOrigin,
        spanID: UInt64,
        identity: [UInt8]? = nil,
        now: Instant,
        _ origins: inout OriginLines,
        to output: inout ByteBuffer
    ) {
        if snapshot.gateway == nil, request.fields.contains(.host), !request.isAuthorityInTarget {
            HeadEncoder.appendHead(request, to: &output)
        } else {
            appendRequestLine(to: &output)
            appendHost(to: &output)
            HeadEncoder.appendKept(request.fields, to: &output)
        }
        if let gateway = snapshot.gateway {
            appendGatewayLines(gateway, identity, now, to: &output)
        }
        trace.appendParent(spanID: spanID, to: &output)
        if trace.joinsState { trace.appendState(joining: request.fields, to: &output) }
        output.append("x-request-id: ")
        record.appendRequestID(to: &output)
        output.append(viaLine)
        if origin.isTrusted, saysOrigin {
            appendForwarding(origin, to: &output)
        } else {
            origins.append(
                peer: origin.peer,
                isSecure: origin.isSecure,
                authority: request.authority,
                of: request.fields.bytes.span,
                to: &output
            )
        }
        if deadline != .distantFuture { appendRemainingTime(now, to: &output) }
        appendConnection(to: &output)
        HeadEncoder.appendEnd(to: &output)
    }

    /// The protocol in which the request came to us (RFC 9110 §7.6.3), behind the line before.
    private var viaLine: StaticString {
        mutating get {
            if clientStream.id != nil { return "\r\nvia: 2 outrider\r\n" }
            return request.minorVersion == 0
                ? "\r\nvia: 1.0 outrider\r\n" : "\r\nvia: 1.1 outrider\r\n"
        }
    }

    /// The request line, with the path in the form that was matched.
    @inline(__always)
    private mutating func appendRequestLine(to output: inout ByteBuffer) {
        guard let gateway = snapshot.gateway, passage.route >= 0 else {
            return HeadEncoder.appendRequestLine(request, to: &output)
        }
        let bytes = request.fields.bytes.span
        output.append(bytes, request.methodRange)
        output.append(UInt8(ascii: " "))
        let route = passage.route
        passage.withPath(request.fields.bytes, request.path) {
            gateway.table.appendPath(of: route, $0, to: &output)
        }
        output.append(bytes, request.path.upperBound..<request.target.upperBound)
        output.append(" HTTP/1.1\r\n")
    }

    /// What the gateway tells the sidecar, and what the route adds.
    private mutating func appendGatewayLines(
        _ gateway: Gateway,
        _ identity: [UInt8]?,
        _ now: Instant,
        to output: inout ByteBuffer
    ) {
        if passage.route >= 0 {
            gateway.plans[passage.route].requestEdits.append(to: &output)
        }
        if let identity {
            output.append("x-outrider-identity: ")
            output.append(identity)
            output.append("\r\n")
        }
        if record.attempts > 1 {
            HeadEncoder.appendLine(
                "x-outrider-attempt",
                decimal: UInt64(record.attempts),
                to: &output
            )
        }
        guard deadline != .distantFuture else { return }
        let remaining = deadline.since(now).count / 1_000_000
        HeadEncoder.appendLine("x-outrider-timeout-ms", decimal: remaining, to: &output)
    }

    /// The host where the kept lines do not say it: it came with the target, or not at all.
    ///
    /// A message has one alone; that of the route wins.
    @inline(__always)
    private mutating func appendHost(to output: inout ByteBuffer) {
        if let gateway = snapshot.gateway, passage.route >= 0,
            gateway.plans[passage.route].requestEdits.namesHost
        {
            return
        }
        if request.isAuthorityInTarget {
            HeadEncoder.appendLine(
                "host",
                request.fields.bytes.span,
                request.authority,
                to: &output
            )
        } else if !request.fields.contains(.host) {
            output.append("host: localhost\r\n")
        }
    }

    /// What a trusted peer said of earlier ones, and then what we know.
    private mutating func appendForwarding(
        _ origin: RequestOrigin,
        to output: inout ByteBuffer
    ) {
        let earlier = request.fields
        record.withPeer { peer in
            output.append("x-forwarded-for: ")
            Forwarded.appendXForwardedFor(earlier: earlier, peer: peer, to: &output)
            output.append("\r\nforwarded: ")
            Forwarded.appendForwarded(
                earlier: earlier,
                peer: peer,
                host: request.authority,
                of: request.fields.bytes.span,
                proto: origin.scheme,
                to: &output
            )
        }
        output.append("\r\n")
        if !appendEarlier(.xForwardedProto, "x-forwarded-proto", earlier, to: &output) {
            output.append("x-forwarded-proto: ")
            output.append(origin.scheme)
            output.append("\r\n")
        }
        if !appendEarlier(.xForwardedHost, "x-forwarded-host", earlier, to: &output),
            !request.authority.isEmpty
        {
            HeadEncoder.appendLine(
                "x-forwarded-host",
                request.fields.bytes.span,
                request.authority,
                to: &output
            )
        }
    }

    /// Repeats what a trusted peer said; `false` when it said nothing.
    private mutating func appendEarlier(
        _ name: FieldName,
        _ text: StaticString,
        _ earlier: Fields,
        to output: inout ByteBuffer
    ) -> Bool {
        guard let value = earlier.firstThatCame(name) else { return false }
        HeadEncoder.appendLine(text, earlier.bytes.span, value, to: &output)
        return true
    }

    /// What remains of the caller's patience, in the words in which it was told.
    private mutating func appendRemainingTime(_ now: Instant, to output: inout ByteBuffer) {
        let remaining = deadline.since(now)
        if request.fields.namesThatCame.contains(.grpcTimeout) {
            output.append("grpc-timeout: ")
            TimeoutHeader.appendGRPC(remaining, to: &output)
            output.append("\r\n")
        }
        if request.fields.namesThatCame.contains(.xRequestTimeoutMs) {
            HeadEncoder.appendLine(
                "x-request-timeout-ms",
                decimal: remaining.count / 1_000_000,
                to: &output
            )
        }
    }

    /// What concerns our connection to the model.
    @inline(__always)
    private mutating func appendConnection(to output: inout ByteBuffer) {
        if case .options = request.method, let hops = maxForwards() {
            HeadEncoder.appendLine("max-forwards", decimal: hops - 1, to: &output)
        }
        if case .chunked = request.framing { output.append("transfer-encoding: chunked\r\n") }
        if isUpgrade {
            output.append("connection: upgrade\r\nupgrade: websocket\r\n")
            appendWebSocketKey(to: &output)
        } else if request.fields.teHasTrailers {
            output.append("connection: te\r\nte: trailers\r\n")
        }
    }
}
