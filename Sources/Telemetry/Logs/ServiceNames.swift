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
        let endpoints: [[UInt8]]

        package init(name: String, endpoints: [String]) {
            self.name = Self.quoted(name)
            self.endpoints = endpoints.map(Self.quoted)
        }

        private static func quoted(_ text: String) -> [UInt8] {
            var buffer = ByteBuffer()
            JSONText.append(Array(text.utf8).span, to: &buffer)
            return buffer.withReadable { $0.array(0..<$0.count) }
        }
    }

    private let services: [Service]

    package init(_ services: [Service]) {
        self.services = services
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
