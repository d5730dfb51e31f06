/// What the tour shows, and with which lines.
extension Guide {
    /// Its stops in their order.
    var stops: [Stop] {
        [asking, passing, moving, rotating, looking, breaking, draining]
    }

    private func at(_ port: UInt16, _ path: String) -> String { "127.0.0.1:\(port)\(path)" }

    private var sentimentURL: String { at(places.gateway.traffic, "/v1/sentiment") }
    private var chatURL: String { at(places.gateway.traffic, "/v1/chat/completions") }
    private var loved: String { "-d '{\"text\":\"I love it\"}'" }
    private var question: String {
        "{\"model\":\"\(ChatModel.name)\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]}"
    }

    /// The option by which a caller shows its key.
    private func showing(_ place: Int) -> String { "-H @\(places.callers[place].headerFile)" }

    private var asking: Stop {
        let stream = "{\"stream\":true," + question.dropFirst()
        return Stop(
            title: "Ask the models through the gateway",
            lines: [
                (
                    "a key in the header; in the lines below a file holds that header",
                    "curl -si \(sentimentURL) \(loved) "
                        + "-H 'authorization: Bearer \(places.callers[0].key)'"
                ),
                (
                    "a stream: each word leaves as it is said",
                    "curl -sN \(chatURL) \(showing(0)) -d '\(stream)'"
                ),
                ("the same in one piece", "curl -s \(chatURL) \(showing(0)) -d '\(question)'"),
            ]
        )
    }

    private var passing: Stop {
        let models = at(places.gateway.traffic, "/v1/models")
        return Stop(
            title: "See who may pass",
            lines: [
                ("without a key: 401", "curl -si \(sentimentURL) \(loved)"),
                (
                    "globex may use the sentiment model alone: 403",
                    "curl -si \(chatURL) \(showing(1)) -d '\(question)'"
                ),
                ("what each may use", "curl -s -w '\\n' \(models) \(showing(0))"),
                ("", "curl -s -w '\\n' \(models) \(showing(1))"),
                (
                    "straight to a sidecar: 401, since only the gateway can sign who asks",
                    "curl -si \(at(places.sentiment.traffic, "/predict")) \(loved)"
                ),
                (
                    "which route, which version, and why",
                    "\(program) explain --config \(places.file) 'POST /v1/sentiment' "
                        + "-H 'x-api-key: \(places.callers[1].key)'"
                ),
            ]
        )
    }

    private var moving: Stop {
        let none = GatewayText.split(movedPercent: 0)
        let some = GatewayText.split(movedPercent: Tour.movedPercent)
        let shares = "grep -o '\"version\":\"[^\"]*\",\"percent\":[^{]*\"errors\":[0-9]*'"
        return Stop(
            title: "Move \(Tour.movedPercent) % of the requests to a new version, and back",
            lines: [
                ("one edit; the file is read anew by itself", edit(none, into: some)),
                (
                    "a hundred requests",
                    "curl -s -o /dev/null '\(sentimentURL)?[1-100]' \(showing(0)) \(loved)"
                ),
                (
                    "who answered them, and how well",
                    "curl -s \(at(places.gateway.admin, "/status")) | \(shares)"
                ),
                ("back, by the same way", edit(some, into: none)),
            ]
        )
    }

    private func edit(_ former: String, into latter: String) -> String {
        "sed -i 's/\(former)/\(latter)/' \(places.file)"
    }

    private var rotating: Stop {
        Stop(
            title: "Replace a key while it is in use",
            lines: [
                (
                    "prints a new key; the former one is good for a minute more",
                    "\(program) keys rotate --file \(places.keyFile) "
                        + "--id \(places.callers[1].id) --overlap 1m"
                ),
                ("which keys there are", "\(program) keys list --file \(places.keyFile)"),
                ("the former one, for now", "curl -si \(sentimentURL) \(showing(1)) \(loved)"),
            ]
        )
    }

    private var looking: Stop {
        let admin = places.sentiment.admin
        return Stop(
            title: "See how it is",
            lines: [
                (
                    "a model, its sidecar, and why they are ready",
                    "curl -s '\(at(admin, "/readyz?verbose"))'"
                ),
                ("the gateway", "curl -s '\(at(places.gateway.admin, "/readyz?verbose"))'"),
                ("everything about it", "curl -s -w '\\n' \(at(admin, "/status"))"),
                ("what it counted", "curl -s \(at(admin, "/metrics")) | grep -v '^#'"),
                (
                    "the last requests, step by step",
                    "curl -s -w '\\n' \(at(admin, "/requests"))"
                ),
            ]
        )
    }

    private var breaking: Stop {
        let fail = "/sample/fail?for=10s"
        return Stop(
            title: "Break the model and watch the breaker",
            lines: [
                (
                    "the model answers 503 for ten seconds",
                    "curl -s -X POST '\(at(places.sentiment.model ?? 0, fail))'"
                ),
                (
                    "after \(SidecarText.failuresToOpen) failures its sidecar answers in its place",
                    "curl -s -w '\\n' '\(sentimentURL)?[1-5]' \(showing(0)) \(loved)"
                ),
                (
                    "open, and since when",
                    "curl -s \(at(places.sentiment.admin, "/metrics")) | grep '^outrider_breaker'"
                ),
                (
                    "waits as the breaker says until the model answers again",
                    "curl -sf --retry 30 \(sentimentURL) \(showing(0)) \(loved)"
                ),
            ]
        )
    }

    private var draining: Stop {
        let admin = places.chat.admin
        return Stop(
            title: "Drain a sidecar, and take it back",
            lines: [
                (
                    "requests that run may finish; the gateway is told to go elsewhere",
                    "curl -s -X POST \(at(admin, "/drain"))"
                ),
                ("no longer ready", "curl -s '\(at(admin, "/readyz?verbose"))'"),
                ("back in service", "curl -s -X POST \(at(admin, "/undrain"))"),
            ]
        )
    }
}
