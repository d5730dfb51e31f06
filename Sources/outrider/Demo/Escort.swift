import Reactor

/// A sample service and the sidecar that rides beside it.
struct Escort: Sendable {
    let server: SampleServer
    /// Port of the sidecar for traffic.
    let traffic: UInt16
    /// Port of the sidecar for probes, metrics and drain.
    let admin: UInt16
    /// Where the sidecar writes its access log.
    let accessLog: String
    /// Where the sidecar's complaints are.
    let output: String
    let process: SidecarProcess
    /// Keeps other demonstrations away from the sidecar's ports.
    private let claims: [PortClaim]

    var name: String { server.model.rawValue }

    /// Starts the service, then the sidecar before it, on these ports if they are free.
    ///
    /// The sidecar's ports are let go just before it takes them: one that is lost in between
    /// makes it complain and end, and the demonstration with it.
    static func start(
        _ model: SampleModel,
        preferring ports: (traffic: UInt16, admin: UInt16, model: UInt16),
        in scratch: inout ScratchDirectory,
        environment: [String: String]
    ) throws(SystemError) -> Escort {
        let server = SampleServer(model, on: try LoopbackPort.hold(preferring: ports.model))
        try server.start()
        let held = try LoopbackPort.hold(preferring: ports.traffic)
        let heldAdmin = try LoopbackPort.hold(preferring: ports.admin)
        let claims = [held.claim, heldAdmin.claim]
        let traffic = held.number
        let admin = heldAdmin.number
        _ = consume held
        _ = consume heldAdmin
        let accessLog = scratch.file("\(model.rawValue)-access.log")
        let output = scratch.file("\(model.rawValue)-output.log")
        let text = SidecarText(
            service: model.rawValue,
            traffic: traffic,
            admin: admin,
            model: server.port,
            accessLog: accessLog
        )
        let file = try scratch.write("\(model.rawValue).json5", text.configuration)
        let process = try SidecarProcess(
            configuration: file,
            output: output,
            environment: environment
        )
        return Escort(
            server: server,
            traffic: traffic,
            admin: admin,
            accessLog: accessLog,
            output: output,
            process: process,
            claims: claims
        )
    }

    /// Where everything is, in one line.
    var summary: String {
        "\(name): sidecar on 127.0.0.1:\(traffic), its admin port on \(admin), "
            + "sample model on \(server.port)"
    }

    /// What the sidecar complained of so far.
    var complaints: String {
        // A file that cannot be read has nothing to say.
        let bytes = (try? FileReader.read(output, upTo: 65_536)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }
}
