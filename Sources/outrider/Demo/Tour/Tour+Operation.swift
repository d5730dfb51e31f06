import Base
import Reactor
import Wire

/// The steps that look at a sidecar from its admin port.
extension Tour {
    /// Readiness with its reasons, and the state in `/status`.
    func showStatus() throws(TourFailure) -> [String] {
        guard let ready = readiness(at: sentiment.admin) else {
            throw TourFailure("/readyz does not answer")
        }
        let lines = ready.bodyText.split(separator: "\n").map(String.init)
        try Tour.expect(ready.status == 200, ready.summary)
        try Tour.expect(lines.contains { $0.hasPrefix("[+]") }, ready.summary)
        let status = try TourRequest(sentiment.admin, "/status").send()
        let state = status.text(["state"]) ?? "missing"
        try Tour.expect(
            status.status == 200 && ["ready", "busy"].contains(state),
            "/status: \(status.summary)"
        )
        let type = status.header("content-type") ?? "nothing"
        try Tour.expect(type.hasPrefix("application/health+json"), "/status is \(type)")
        return ["/readyz: " + lines.joined(separator: ", "), "/status: state \(state)"]
    }

    /// What the sidecar counted of what it was asked.
    func showMetrics() throws(TourFailure) -> [String] {
        let name = "http_server_request_duration_seconds_count"
        // The gateway's own questions are no POST.
        let posts = ["http_request_method=\"POST\""]
        let before = try metrics(of: sentiment).sum(of: name, posts) ?? 0
        let count = 5
        for _ in 0..<count {
            let answer = try predict()
            try Tour.expect(answer.status == 200, answer.summary)
        }
        // A request counts at its end, which may be a moment after its last byte was read.
        let deadline = Deadline(inMilliseconds: 2_000)
        var page = try metrics(of: sentiment)
        while (page.sum(of: name, posts) ?? 0) < before + Double(count), deadline.remaining > 0 {
            deadline.sleep(milliseconds: 20)
            page = try metrics(of: sentiment)
        }
        let after = page.sum(of: name, posts) ?? 0
        try Tour.expect(
            after == before + Double(count),
            "\(name) went from \(before) to \(after) with \(count) requests"
        )
        let closed = page.sum(of: "outrider_breaker_state")
        try Tour.expect(closed == 0, "outrider_breaker_state is not 0: the breaker is not closed")
        let lines = page.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.count
        return ["\(lines) series; \(count) requests more made \(Int(after)) in all"]
    }

    /// Makes the model fail, sees the breaker refuse in its place, mends it, sees it close.
    func showBreaker() throws(TourFailure) -> [String] {
        try tellModelToFail("60s")
        let failures = try failUntilRefused()
        let opened = Clock.now()
        let asked = sentiment.server.questionCount
        for _ in 0..<3 {
            let answer = try predict()
            try Tour.expect(
                answer.isRefused("breaker_open") && answer.header("retry-after") != nil,
                "the open breaker let it pass: \(answer.summary)"
            )
        }
        try Tour.expect(
            sentiment.server.questionCount == asked,
            "the model was asked while the breaker was open"
        )
        try tellModelToFail("0s")
        let closing = Deadline(inMilliseconds: 15_000)
        while try predict().status != 200 {
            try Tour.expect(closing.remaining > 0, "the breaker did not close within 15 s")
            closing.sleep(milliseconds: 50)
        }
        let closed = Clock.now().since(opened)
        try Tour.expect(closed >= .seconds(1), "it closed after \(Tour.seconds(closed)) already")
        try waitForFullTraffic()
        let page = try metrics(of: sentiment)
        for state in ["open", "closed"] {
            let count = page.sum(of: "outrider_breaker_transitions_total", ["to=\"\(state)\""])
            try Tour.expect((count ?? 0) >= 1, "the metrics know of no change to \(state)")
        }
        return [
            "open after \(failures) failures: 503 breaker_open, and the model was left alone",
            "closed \(Tour.seconds(closed)) later, when the mended model answered the probe",
        ]
    }

    /// Asks the failing model until its sidecar answers in its place; how often it failed.
    private func failUntilRefused() throws(TourFailure) -> Int {
        for failures in 0..<10 {
            let answer = try predict()
            if answer.isRefused("breaker_open") {
                try Tour.expect(
                    failures == SidecarText.failuresToOpen,
                    "the breaker opened after \(failures) failures, "
                        + "not \(SidecarText.failuresToOpen)"
                )
                return failures
            }
            try Tour.expect(
                answer.status == 503 && answer.isSample,
                "not what a failing model says: \(answer.summary)"
            )
        }
        throw TourFailure("the breaker is still closed after 10 failures")
    }

    /// After it closed, the breaker admits more and more; then it refuses nothing.
    private func waitForFullTraffic() throws(TourFailure) {
        let deadline = Deadline(inMilliseconds: 10_000)
        var inARow = 0
        while inARow < 10 {
            inARow = try predict().status == 200 ? inARow + 1 : 0
            try Tour.expect(deadline.remaining > 0, "the closed breaker still refuses after 10 s")
            deadline.sleep(milliseconds: 20)
        }
    }

    private func tellModelToFail(_ span: String) throws(TourFailure) {
        let answer = try TourRequest(sentiment.server.port, post: "/sample/fail?for=\(span)")
            .send()
        try Tour.expect(answer.status == 200, answer.summary)
    }

    func predict() throws(TourFailure) -> TourAnswer {
        try sentimentRequest(by: door.acme.key).send()
    }

    private func metrics(of escort: Escort) throws(TourFailure) -> MetricsPage {
        let answer = try TourRequest(escort.admin, "/metrics").send()
        try Tour.expect(answer.status == 200, "/metrics: \(answer.summary)")
        return MetricsPage(text: answer.bodyText)
    }
}
