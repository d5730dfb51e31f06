import Base

/// Removes what concerns one connection only, before anything is added (RFC 9110 §7.6.1).
package enum HopByHop {
    /// Drops the hop-by-hop set and every field that `Connection` names.
    ///
    /// A second pass over the lines, because `Connection` may come after what it names. It may
    /// not name Host, Content-Length or other end-to-end fields that a message cannot lose: such
    /// a list would turn one request into another (RFC 9110 §7.6.1 lets senders name only what
    /// is meant for the connection).
    package static func strip(_ fields: inout Fields) {
        guard fields.containsAny(of: always) else { return }
        if fields.contains(.connection) { dropNamed(&fields) }
        fields.drop(always)
    }

    private static var always: FieldNameSet {
        FieldNameSet(of: [
            .connection, .keepAlive, .proxyConnection, .te, .transferEncoding, .upgrade,
            .http2Settings, .proxyAuthenticate, .proxyAuthorization, .proxyAuthenticationInfo,
        ])
    }

    private static func dropNamed(_ fields: inout Fields) {
        for line in fields.lines where line.name == .connection {
            var elements = ListElements(line.valueRange)
            while let element = elements.next(fields.bytes.span) {
                if isProtected(FieldName(fields.bytes.span, element)) { continue }
                fields.dropNamed(element)
            }
        }
    }

    /// Fields that stay whatever `Connection` says: framing, routing, and what we rely on.
    private static func isProtected(_ name: FieldName) -> Bool {
        switch name {
        case .host, .contentLength, .contentType, .contentEncoding, .contentRange,
            .authorization, .forwarded, .xForwardedFor, .xForwardedProto, .xForwardedHost, .via,
            .outriderIdentity, .outriderAttempt, .outriderTimeoutMs:
            true
        default: false
        }
    }
}

extension Fields {
    /// Whether `TE` says that trailers are welcome; all that may be passed on of it.
    package var teHasTrailers: Bool {
        // Asked after `strip`, so dropped lines count.
        guard namesThatCame.contains(.te) else { return false }
        for line in lines where line.name == .te {
            var elements = ListElements(line.valueRange)
            while let element = elements.next(bytes.span) {
                if bytes.span.equalsIgnoringCase("trailers", element) { return true }
            }
        }
        return false
    }
}
