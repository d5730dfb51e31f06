import Base
import Wire

/// How the services of this process and their endpoints are called in logs and metrics.
///
/// Records hold places in this list, and the names are ready JSON strings, so that a log line
/// costs no text.
package struct ServiceNames: Sendable {
    /// One service, in the order of the records' `service`.
    package struct Service: Sendable {
        let name: [UInt8]
        /// Empty where none was configured.
        let version: [UInt8]
        let endpoints: [[UInt8]]

        package init(name: String, version: String = "", endpoints: [String]) {
            self.name = ServiceNames.quoted(name)
            self.version = version.isEmpty ? [] : ServiceNames.quoted(version)
            self.endpoints = endpoints.map(ServiceNames.quoted)
        }
    }

    private let services: [Service]
    private let routes: [[UInt8]]

    package init(_ services: [Service], routes: [String] = []) {
        self.services = services
        self.routes = routes.map(Self.quoted)
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var buffer = ByteBuffer()
        JSONText.append(Array(text.utf8).span, to: &buffer)
        return buffer.withReadable { $0.array(0..<$0.count) }
    }

    /// The route's name in quotes, if the place still exists.
    func route(_ index: Int) -> [UInt8]? {
        routes.indices.contains(index) ? routes[index] : nil
    }

    /// The service's version in quotes; `nil` without one.
    func version(ofService index: Int) -> [UInt8]? {
        guard services.indices.contains(index), !services[index].version.isEmpty else {
            return nil
        }
        return services[index].version
    }

    /// The service's name in quotes; a record may be older than a reload that removed it.
    func service(_ index: Int) -> [UInt8]? {
        services.indices.contains(index) ? services[index].name : nil
    }

    /// The endpoint's name in quotes, if both places still exist.
    func endpoint(_ index: Int, of service: Int) -> [UInt8]? {
        guard services.indices.contains(service) else { return nil }
        let endpoints = services[service].endpoints
        return endpoints.indices.contains(index) ? endpoints[index] : nil
    }
}
