/// Names that every request or answer is asked for together.
///
/// Worked out by the compiler: a stored set would be asked first whether it is there already.
extension FieldNameSet {
    /// Fields that say where a request came from.
    package static var forwarding: FieldNameSet {
        FieldNameSet(of: [.xForwardedFor, .xForwardedProto, .xForwardedHost, .forwarded])
    }

    /// Fields of a request that are written anew, or that never reach the model.
    package static var rewritten: FieldNameSet {
        FieldNameSet(of: [
            .xForwardedFor, .xForwardedProto, .xForwardedHost, .forwarded, .xRequestID,
            .grpcTimeout, .xRequestTimeoutMs, .outriderTimeoutMs, .outriderAttempt,
            .outriderIdentity, .outriderLoad, .outriderProcessed, .outriderOther,
        ])
    }

    /// Fields of an answer that only Outrider may set.
    package static var oursInAnswers: FieldNameSet {
        FieldNameSet(of: [
            .xRequestID, .outriderLoad, .outriderIdentity, .outriderAttempt, .outriderTimeoutMs,
            .outriderOther,
        ])
    }

    /// Fields that say something of a trace.
    package static var tracing: FieldNameSet {
        FieldNameSet(of: [
            .traceparent, .tracestate, .baggage, .b3, .xB3TraceID, .xB3SpanID, .xB3Sampled,
            .xB3Flags,
        ])
    }

    /// Fields that ask something of us besides forwarding.
    package static var intents: FieldNameSet {
        FieldNameSet(of: [
            .outriderTimeoutMs, .outriderAttempt, .priority, .grpcTimeout, .xRequestTimeoutMs,
            .idempotencyKey,
        ])
    }
}
