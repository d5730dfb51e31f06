import Access
import Base
import Config
import Reactor

/// The gateway before the demonstration's models, its files and its callers.
struct FrontDoor: Sendable {
    let ports: PortPair
    let process: OutriderProcess
    /// May use both models.
    let acme: DemoCaller
    /// May use the sentiment model alone.
    let globex: DemoCaller
    /// Where its configuration is.
    let file: String
    /// Where the records of its keys are.
    let keyFile: String
    private let text: GatewayText

    /// Port for traffic.
    var traffic: UInt16 { ports.traffic }
    /// Port for probes, metrics and status.
    var admin: UInt16 { ports.admin }

    /// Starts the gateway before these sidecars.
    static func start(
        sentiment: [Escort],
        chat: Escort,
        identityKey: String,
        in scratch: inout ScratchDirectory,
        environment: [String: String]
    ) throws(SystemError) -> FrontDoor {
        let both = [SampleModel.chat, .sentiment].map(\.rawValue)
        let acme = try DemoCaller("acme", mayUse: both, in: &scratch)
        let globex = try DemoCaller(
            "globex",
            mayUse: [SampleModel.sentiment.rawValue],
            in: &scratch
        )
        var records = KeyFile(path: GatewayText.keyFile)
        records.records = [acme.record, globex.record]
        let ports = try PortPair(preferring: 8080, 8081)
        let text = GatewayText(
            traffic: ports.traffic,
            admin: ports.admin,
            sentiment: sentiment.map(\.traffic),
            chat: chat.traffic,
            identityKey: identityKey,
            accessLog: scratch.file("gateway-access.log")
        )
        let keyFile = try scratch.write(GatewayText.keyFile, records.text)
        let file = try scratch.write("gateway.json5", text.configuration(movedPercent: 0))
        let process = try OutriderProcess(
            .gateway,
            name: "the gateway",
            configuration: file,
            output: scratch.file("gateway-output.log"),
            environment: environment
        )
        return FrontDoor(
            ports: ports,
            process: process,
            acme: acme,
            globex: globex,
            file: file,
            keyFile: keyFile,
            text: text
        )
    }

    /// Rewrites its configuration so that the new version of the sentiment model gets `percent`.
    func move(percent: Int) throws(FileReader.Failure) {
        try FileReplacement(of: file).write(Array(text.configuration(movedPercent: percent).utf8))
    }

    /// Gives `caller` a new key, which is returned; the former one ends after `overlap` seconds.
    func rotate(_ caller: DemoCaller, overlap: Int64) throws(KeyStore.Failure) -> String {
        let fresh = FreshKey()
        let now = Int64(Clock.wall() / 1_000_000_000)
        try KeyStore(path: keyFile).change { (file) throws(KeyFile.Failure) in
            try file.rotate(
                caller.id,
                to: .init(hash: fresh.hash),
                formerEnd: now + overlap,
                now: now
            )
        }
        return fresh.text
    }

    /// Where it is, in one line.
    var summary: String {
        "gateway on 127.0.0.1:\(traffic), its admin port on \(admin), before all of them"
    }
}
