/// The configuration of one of the demonstration's sidecars.
struct SidecarText {
    let service: String
    let traffic: UInt16
    let admin: UInt16
    let model: UInt16
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
          service: "\(service)",
          listen: ["127.0.0.1:\(traffic)"],
          admin: "127.0.0.1:\(admin)",
          upstream: { endpoints: ["127.0.0.1:\(model)"] },
          breaker: {
            consecutiveFailures: \(SidecarText.failuresToOpen),
            openFor: "2s", maxOpenFor: "4s", rampUp: "1s",
          },
          health: { interval: "1s" },
          telemetry: { accessLog: { file: \(quoted(accessLog)) } },
          drain: { delay: "\(SidecarText.drainDelay)ms", timeout: "20s" },
        }

        """
    }

    private func quoted(_ path: String) -> String {
        let escaped = path.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }
        return "\"\(escaped.joined())\""
    }
}
