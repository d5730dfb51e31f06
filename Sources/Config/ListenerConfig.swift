package import Crypto

/// One listener for traffic: where it is bound and what clients speak there.
package struct ListenerConfig: Sendable {
    /// What a client may speak.
    package enum Speech: String, Sendable, CaseIterable {
        /// HTTP/1.1 or HTTP/2: over TLS what the handshake agrees on, else what comes first.
        case auto
        case http1
        /// HTTP/2 alone.
        case h2c

        /// What is offered in a handshake, the better first.
        package var protocols: [ALPN] {
            switch self {
            case .auto: [.http2, .http1]
            case .http1: [.http1]
            case .h2c: [.http2]
            }
        }
    }

    /// Certificates of a listener.
    package enum Security: Sendable {
        /// Those of the whole process, if it has any.
        case common
        case off
        case own(TLSServer)
    }

    package var address: Address
    package var speech = Speech.auto
    package var security = Security.common

    package init(_ address: Address) {
        self.address = address
    }
}

extension ServerConfig {
    /// What `listener` shows to its clients; `nil` where they come without TLS.
    package func tls(of listener: ListenerConfig) -> TLSServer? {
        switch listener.security {
        case .common: tls
        case .off: nil
        case .own(let tls): tls
        }
    }
}
