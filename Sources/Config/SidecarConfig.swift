package import Access

/// Everything a sidecar was told, validated and complete: every key has a value.
package struct SidecarConfig: Sendable {
    package var server = ServerConfig()
    package var upstream = UpstreamConfig()
    package var identity = IdentityConfig()
    package var outbound: [OutboundConfig] = []

    package init() {}
}

/// `identity`: whether requests must bear the gateway's signed identity, and the keys that prove it.
package struct IdentityConfig: Sendable {
    package enum Mode: String, Sendable, CaseIterable {
        /// Not looked at, and not believed.
        case off
        /// Checked when it is there; a wrong one is refused.
        case verify
        /// Nothing passes without a good one.
        case require
    }
    package var mode = Mode.off
    /// Several are accepted while they rotate.
    package var keys: [IdentityKeySettings] = []

    package init() {}
}

/// One `outbound` listener: the way from the model service to another model.
package struct OutboundConfig: Sendable {
    package var listen: Address = .host("127.0.0.1", port: 4100)
    package var service = ""
    package var upstream = UpstreamConfig()

    package init() {}
}
