package import Base
package import Config
package import Wire

/// All configuration in force, immutable; a reload makes another one.
///
/// Requests in flight keep the snapshot they began with.
package final class Snapshot: Sendable {
    package let config: SidecarConfig
    /// Grows by one with each reload.
    package let generation: UInt64
    /// The model's at index 0, then one for each outbound listener.
    package let upstreams: [Upstream]
    package let requestParser: RequestHeadParser
    package let responseParser: ResponseHeadParser

    package init(config: SidecarConfig, generation: UInt64, upstreams: [Upstream]) {
        self.config = config
        self.generation = generation
        self.upstreams = upstreams
        requestParser = RequestHeadParser(
            .init(
                uri: config.limits.uri.bytes,
                headSize: config.limits.requestHeaders.bytes,
                fieldCount: config.limits.headerCount
            )
        )
        responseParser = ResponseHeadParser(
            .init(headSize: config.limits.responseHeaders.bytes, fieldCount: config.limits.headerCount)
        )
    }
}
