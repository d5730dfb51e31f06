/// The configuration of one of the demonstration's sidecars.
struct SidecarText {
    let service: String
    let version: String
    let traffic: UInt16
    let admin: UInt16
    let model: UInt16
    /// The file with the key by which the gateway signs.
    let identityKey: String
    let accessLog: String

    /// Failures in a row after which its breaker opens.
    static let failuresToOpen = 3
    /// Milliseconds for which new requests are still served once a drain began.
    static let drainDelay = 1_000

    /// JSON5: the defaults, but with times that fit a tour.
    var configuration: String {
        """
        // Written by `outrider demo`; the times are shorter than anybody should want.
        {
          service: "\(service)", version: "\(version)",
          listen: ["127.0.0.1:\(traffic)"],
          admin: "127.0.0.1:\(admin)",
          upstream: { endpoints: ["127.0.0.1:\(model)"] },
          // Whoever does not come through the gateway gets 401.
          identity: { mode: "require", keys: \(SidecarText.key(in: identityKey)) },
          breaker: {
            consecutiveFailures: \(SidecarText.failuresToOpen),
            openFor: "2s", maxOpenFor: "4s", rampUp: "1s",
          },
          health: { interval: "1s" },
          telemetry: { accessLog: { file: \(SidecarText.quoted(accessLog)) } },
          drain: { delay: "\(SidecarText.drainDelay)ms", timeout: "20s" },
        }

        """
    }

    /// The key of the signed identity as both roles write it, in the file `path`.
    static func key(in path: String) -> String {
        "{ id: \"demo\", secret: { file: \(quoted(path)) } }"
    }

    static func quoted(_ path: String) -> String {
        let escaped = path.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }
        return "\"\(escaped.joined())\""
    }
}
