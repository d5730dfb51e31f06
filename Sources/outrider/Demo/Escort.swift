import Config
import Reactor

/// A sample service and the sidecar that rides beside it.
struct Escort: Sendable {
    let server: SampleServer
    /// The sidecar's.
    let ports: PortPair
    let process: OutriderProcess
    /// Unlike the service's, another one for each of its versions.
    let name: String

    /// Port of the sidecar for traffic.
    var traffic: UInt16 { ports.traffic }
    /// Port of the sidecar for probes, metrics and drain.
    var admin: UInt16 { ports.admin }

    /// Starts the service, then the sidecar before it, on `port` and those after it if they are
    /// free.
    static func start(
        _ model: SampleModel,
        version: String,
        preferring port: UInt16,
        identityKey: String,
        in scratch: inout ScratchDirectory,
        environment: [String: String]
    ) throws(SystemError) -> Escort {
        let server = SampleServer(model, on: try LoopbackPort.hold(preferring: port + 2))
        try server.start()
        let ports = try PortPair(preferring: port, port + 1)
        let name = "\(model.rawValue) \(version)"
        let stem = "\(model.rawValue)-\(version)"
        let text = SidecarText(
            service: model.rawValue,
            version: version,
            traffic: ports.traffic,
            admin: ports.admin,
            model: server.port,
            identityKey: identityKey,
            accessLog: scratch.file("\(stem)-access.log")
        )
        let process = try OutriderProcess(
            .sidecar,
            name: "the sidecar of \(name)",
            configuration: try scratch.write("\(stem).json5", text.configuration),
            output: scratch.file("\(stem)-output.log"),
            environment: environment
        )
        return Escort(server: server, ports: ports, process: process, name: name)
    }

    /// Where everything is, in one line.
    var summary: String {
        "\(name): sidecar on 127.0.0.1:\(traffic), its admin port on \(admin), "
            + "sample model on \(server.port)"
    }
}
