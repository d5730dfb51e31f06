/// What an upstream is called: a service and, where there are several, its version.
package struct ServiceName: Hashable, Sendable, CustomStringConvertible {
    package let service: String
    /// Empty where none was configured.
    package let version: String

    package init(_ service: String, version: String = "") {
        self.service = service
        self.version = version
    }

    package var description: String { version.isEmpty ? service : "\(service)@\(version)" }
}
