import Base
import Wire

/// What a server of gRPC can be asked of its health.
enum HealthCall: Sendable, Hashable {
    /// The check that most servers have (grpc.health.v1); the whole server's name is empty.
    case check(service: String)
    /// What servers of models have instead (Open Inference Protocol).
    case serverReady

    /// The call, as it is sent.
    func call(to host: String, timeout: Nanoseconds) -> GRPCCall {
        switch self {
        case .check(let service): GRPCHealth.check(service, at: host, timeout: timeout)
        case .serverReady: GRPCHealth.serverReady(at: host, timeout: timeout)
        }
    }

    /// The method, as evidence names it.
    var name: String {
        switch self {
        case .check: "Check"
        case .serverReady: "ServerReady"
        }
    }

    /// What is wrong with the model that answered so; `nil` when nothing is.
    func complaint(about message: [UInt8]) -> String? {
        switch self {
        case .check:
            guard let status = GRPCHealth.status(in: message.span, 0..<message.count) else {
                return "Check answered what is no health"
            }
            return status == .serving ? nil : "Check answered \(status.name)"
        case .serverReady:
            let isReady = GRPCHealth.isReady(in: message.span, 0..<message.count)
            return isReady == true ? nil : "ServerReady answered that it is not"
        }
    }
}
