/// The guided tour of an interactive demonstration: lines to copy, and what they show.
struct Guide {
    let sentiment: Ports
    let chat: Ports
    let paint: Paint

    /// Where one pair of sidecar and model is.
    struct Ports: Equatable {
        let traffic: UInt16
        let admin: UInt16
        let model: UInt16
    }

    private struct Stop {
        let title: String
        let lines: [(remark: String, command: String)]
    }

    /// Everything there is to say.
    var text: String {
        let parts = stops.enumerated().map { index, stop in
            let lines = stop.lines.map {
                "   \(paint.faint("# " + $0.remark))\n   \(paint.command($0.command))\n"
            }
            return paint.strong("\(index + 1). \(stop.title)") + "\n" + lines.joined()
        }
        return table + "\n" + parts.joined(separator: "\n")
    }

    private var table: String {
        """
        \(paint.strong("Two sample models run, each behind its own sidecar."))

                      client asks   sidecar's admin   model (a sample, in this process)
          sentiment   \(cell(sentiment.traffic, 13)) \(cell(sentiment.admin, 17)) \(sentiment.model)
          chat        \(cell(chat.traffic, 13)) \(cell(chat.admin, 17)) \(chat.model)

        """
    }

    private func cell(_ port: UInt16, _ width: Int) -> String {
        let text = String(port)
        return text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func at(_ port: UInt16, _ path: String) -> String { "127.0.0.1:\(port)\(path)" }

    private var stops: [Stop] {
        [asking, looking, breaking, draining]
    }

    private var asking: Stop {
        let messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}]"
        let chatURL = at(chat.traffic, "/v1/chat/completions")
        return Stop(
            title: "Ask the models through their sidecars",
            lines: [
                (
                    "an answer, with its headers",
                    "curl -si \(at(sentiment.traffic, "/predict")) -d '{\"text\":\"I love it\"}'"
                ),
                (
                    "a stream: each word leaves as it is said",
                    "curl -sN \(chatURL) -d '{\"stream\":true,\(messages)}'"
                ),
                ("the same in one piece", "curl -s \(chatURL) -d '{\(messages)}'"),
            ]
        )
    }

    private var looking: Stop {
        Stop(
            title: "See how it is",
            lines: [
                ("ready, and why", "curl -s '\(at(sentiment.admin, "/readyz?verbose"))'"),
                ("everything about it", "curl -s -w '\\n' \(at(sentiment.admin, "/status"))"),
                (
                    "what it counted",
                    "curl -s \(at(sentiment.admin, "/metrics")) | grep -v '^#'"
                ),
                (
                    "the last requests, step by step",
                    "curl -s -w '\\n' \(at(sentiment.admin, "/requests"))"
                ),
            ]
        )
    }

    private var breaking: Stop {
        let predict = at(sentiment.traffic, "/predict")
        let body = "-d '{\"text\":\"I love it\"}'"
        return Stop(
            title: "Break the model and watch the breaker",
            lines: [
                (
                    "the model answers 503 for ten seconds",
                    "curl -s -X POST '\(at(sentiment.model, "/sample/fail?for=10s"))'"
                ),
                (
                    "after \(SidecarText.failuresToOpen) failures the sidecar answers in its place",
                    "curl -s -w '\\n' '\(predict)?[1-5]' \(body)"
                ),
                (
                    "open, and since when",
                    "curl -s \(at(sentiment.admin, "/metrics")) | grep '^outrider_breaker'"
                ),
                (
                    "waits as the breaker says until the model answers again",
                    "curl -sf --retry 30 \(predict) \(body)"
                ),
            ]
        )
    }

    private var draining: Stop {
        Stop(
            title: "Drain a sidecar, and take it back",
            lines: [
                (
                    "requests that run may finish; load balancers are told to go elsewhere",
                    "curl -s -X POST \(at(chat.admin, "/drain"))"
                ),
                ("no longer ready", "curl -s '\(at(chat.admin, "/readyz?verbose"))'"),
                ("back in service", "curl -s -X POST \(at(chat.admin, "/undrain"))"),
            ]
        )
    }
}

extension Guide.Ports {
    /// Where `escort` is.
    init(_ escort: Escort) {
        self.init(traffic: escort.traffic, admin: escort.admin, model: escort.server.port)
    }
}
