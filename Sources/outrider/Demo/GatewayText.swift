/// The configuration of the demonstration's gateway.
struct GatewayText {
    let traffic: UInt16
    let admin: UInt16
    /// The sidecars of the sentiment model, one for each of its versions.
    let sentiment: [UInt16]
    /// The sidecar of the chat model.
    let chat: UInt16
    let identityKey: String
    let accessLog: String

    static let keyFile = "keys.json5"
    /// The versions of the sentiment model, in the order of their sidecars.
    static let versions = ["1.0.0", "2.0.0"]

    /// The members by which `percent` of the requests go to the new version.
    static func split(movedPercent percent: Int) -> String {
        "\"\(versions[0])\": \(100 - percent), \"\(versions[1])\": \(percent)"
    }

    /// JSON5, with times that fit a tour.
    func configuration(movedPercent percent: Int) -> String {
        let versions = zip(GatewayText.versions, sentiment).map { version, port in
            "\"\(version)\": { endpoints: \"127.0.0.1:\(port)\" },"
        }
        return """
            // Written by `outrider demo`. Change it while it runs: the gateway sees that by itself.
            {
              listen: "127.0.0.1:\(traffic)",
              admin: "127.0.0.1:\(admin)",
              auth: { apiKeys: { file: "\(GatewayText.keyFile)" } },
              identity: { signWith: \(SidecarText.key(in: identityKey)) },
              services: {
                chat: {
                  endpoints: "127.0.0.1:\(chat)", models: "\(ChatModel.name)",
                  \(GatewayText.times)
                },
                sentiment: {
                  versions: {
                    \(versions.joined(separator: "\n        "))
                  },
                  split: { \(GatewayText.split(movedPercent: percent)) },
                  \(GatewayText.times)
                },
              },
              routes: [
                {
                  name: "chat", service: "chat",
                  match: { path: "/v1/chat/completions", method: "POST", model: "sample-*" },
                },
                {
                  name: "sentiment", service: "sentiment", rewrite: "/predict",
                  match: { path: "/v1/sentiment/**", method: "POST" },
                },
              ],
              telemetry: { accessLog: { file: \(SidecarText.quoted(accessLog)) } },
              drain: { delay: "\(SidecarText.drainDelay)ms", timeout: "20s" },
            }

            """
    }

    private static let times = """
        breaker: { openFor: "1s", maxOpenFor: "2s", rampUp: "1s" }, health: { interval: "1s" },
        """
}
