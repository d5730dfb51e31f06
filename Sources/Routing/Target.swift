/// Where a request goes in the end: one version of one service.
package struct Target: Sendable, Hashable {
    /// The service's place in the configuration.
    package let service: Int
    /// The version's place among the service's own.
    package let version: Int
}
