import Base
import Wire

/// What `grpc.health.v1` says of this process: what the pages for probes say, by names of services.
enum OwnHealth: String, CaseIterable {
    /// The whole server, of which probes ask that name no service.
    case whole = ""
    case readiness
    case liveness
    case startup

    /// Whether it is well, as `/readyz`, `/livez` and `/startupz` say it.
    func status(_ report: StatusReport) -> GRPCHealth.ServingStatus {
        let isWell =
            switch self {
            case .whole, .readiness: report.isReady
            case .liveness: report.isTurning
            case .startup: report.hasStarted
            }
        return isWell ? .serving : .notServing
    }

    /// What a watcher of `service` is told, who may watch one that does not exist.
    static func watched(_ service: String, _ report: StatusReport) -> GRPCHealth.ServingStatus {
        OwnHealth(rawValue: service)?.status(report) ?? .serviceUnknown
    }

    /// Writes the message that lists all services.
    static func append(listOf report: StatusReport, to output: inout ByteBuffer) {
        for service in allCases {
            GRPCHealth.append(service.status(report), of: service.rawValue, to: &output)
        }
    }
}
