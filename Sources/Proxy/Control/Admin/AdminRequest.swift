import Base
import Reactor
import Wire

/// What of a request to the admin port decides its answer.
struct AdminRequest {
    /// `nil` for a path that does not exist.
    var route: AdminRoute?
    var method: Method
    var wantsOpenMetrics = false
    /// Comes from this machine.
    var isLocal = false
    /// The credentials of `Authorization: Bearer`.
    var token: [UInt8]?

    init(route: AdminRoute?, method: Method) {
        self.route = route
        self.method = method
    }

    init(_ head: RequestHead, from peer: SocketAddress) {
        route = AdminRoute(head)
        method = head.method
        isLocal = peer.isLoopback || peer.isUnix
        if let accept = head.fields.first(.accept) {
            wantsOpenMetrics = head.fields.withBytes { bytes in
                bytes.extracting(accept).contains(Array("application/openmetrics-text".utf8))
            }
        }
        if let value = head.fields.first(.authorization) {
            token = head.fields.withBytes { Self.bearer($0, value) }
        }
    }

    /// Whether it may change something: from this machine, or with the configured token.
    func mayCommand(token wanted: String?) -> Bool {
        if isLocal { return true }
        guard let wanted, let token else { return false }
        return Self.isSame(token, Array(wanted.utf8))
    }

    /// The same time whatever the bytes are, so that no byte can be guessed from it.
    static func isSame(_ given: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard !wanted.isEmpty, given.count == wanted.count else { return false }
        var difference: UInt8 = 0
        for index in wanted.indices { difference |= given[index] ^ wanted[index] }
        return difference == 0
    }

    private static func bearer(_ bytes: Span<UInt8>, _ value: Range<Int>) -> [UInt8]? {
        let scheme: StaticString = "bearer "
        let end = value.lowerBound + scheme.utf8CodeUnitCount
        guard end < value.upperBound,
            bytes.equalsIgnoringCase(scheme, value.lowerBound..<end)
        else { return nil }
        return bytes.array(bytes.trimmed(end..<value.upperBound))
    }
}
