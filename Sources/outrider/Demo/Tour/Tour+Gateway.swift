import Base
import Reactor

/// The steps that show who may pass, where to, and how that is changed.
extension Tour {
    /// Share of the requests that the new version gets for a while.
    static let movedPercent = 5
    /// So many requests that it is next to impossible that none of them is moved: 0.95 to the 400th.
    private static let crowdSize = 400
    /// Seconds for which a former key stays good.
    private static let overlap: Int64 = 2

    /// No key, a key for one model, a key for both; each is told what it may use.
    func showCallers() throws(TourFailure) -> [String] {
        let nobody = try sentimentRequest(by: nil).send()
        try Tour.expect(nobody.isRefused("unauthenticated", status: 401), nobody.summary)
        try Tour.expect(nobody.header("www-authenticate") != nil, "401 without a challenge")
        let own = try sentimentRequest(by: door.globex.key).send()
        try Tour.expect(own.status == 200 && own.isSample, own.summary)
        let other = try chatRequest(by: door.globex.key, isStreamed: false).send()
        try Tour.expect(other.isRefused("forbidden", status: 403), other.summary)
        var seen = ["no key: 401 unauthenticated; globex and the chat model: 403 forbidden"]
        for (caller, expected) in [
            (door.acme, [ChatModel.name, "sentiment"]), (door.globex, ["sentiment"]),
        ] {
            let answer = try TourRequest(door.traffic, "/v1/models").bearing(caller.key).send()
            let isTold = [ChatModel.name, "sentiment"].filter { model in
                answer.bodyText.holds("\"id\":\"\(model)\"")
            }
            try Tour.expect(answer.status == 200 && isTold == expected, answer.summary)
            seen.append("GET /v1/models as \(caller.id): \(isTold.joined(separator: ", "))")
        }
        return seen
    }

    /// A request straight to a sidecar lacks the identity that only the gateway can sign.
    func showBypass() throws(TourFailure) -> [String] {
        for key in [nil, door.acme.key] {
            let answer = try TourRequest(sentiment.traffic, post: "/predict", Tour.goodText)
                .bearing(key).send()
            try Tour.expect(answer.isRefused("unauthenticated", status: 401), answer.summary)
        }
        return ["straight to a sidecar, with a key or without: 401 unauthenticated"]
    }

    /// Moves a part of the requests to the new version, and counts who answered them.
    func showSplit() throws(TourFailure) -> [String] {
        try reload { () throws(TourFailure) in try move(Tour.movedPercent) }
        let moved = try countMoved()
        try Tour.expect(
            (1...Tour.crowdSize / 5).contains(moved),
            "\(moved) of \(Tour.crowdSize) requests went to the new version"
        )
        return [
            try status(holding: Tour.movedPercent),
            "\(moved) of \(Tour.crowdSize) requests went to the new version",
        ]
    }

    /// Takes everything back from the new version.
    func showRollback() throws(TourFailure) -> [String] {
        try reload { () throws(TourFailure) in try move(0) }
        let moved = try countMoved()
        try Tour.expect(moved == 0, "the new version still got \(moved) requests")
        return [try status(holding: 0), "none of \(Tour.crowdSize) went to the new version"]
    }

    /// A second key for the same caller, while the first is still good for a moment.
    func showRotation() throws(TourFailure) -> [String] {
        var key = ""
        try reload { () throws(TourFailure) in
            do throws(KeyStore.Failure) {
                key = try door.rotate(door.globex, overlap: Tour.overlap)
            } catch {
                throw TourFailure(error.lines.first ?? "no new key")
            }
        }
        let rotated = Clock.now()
        for good in [door.globex.key, key] {
            let answer = try sentimentRequest(by: good).send()
            try Tour.expect(answer.status == 200, "during the overlap: \(answer.summary)")
        }
        let deadline = Deadline(inMilliseconds: 10_000)
        while try sentimentRequest(by: door.globex.key).send().status == 200 {
            try Tour.expect(deadline.remaining > 0, "the former key is still good")
            deadline.sleep(milliseconds: 100)
        }
        let ended = Clock.now().since(rotated)
        let answer = try sentimentRequest(by: key).send()
        try Tour.expect(answer.status == 200, "after the overlap: \(answer.summary)")
        let then = "\(Tour.seconds(ended)) later only the new one"
        return ["the new key and the former one were good; \(then)"]
    }

    private func move(_ percent: Int) throws(TourFailure) {
        do throws(FileReader.Failure) {
            try door.move(percent: percent)
        } catch {
            throw TourFailure("\(door.file): \(error.message)")
        }
    }

    /// Changes a file of the gateway and waits until it has seen that by itself.
    private func reload(_ change: () throws(TourFailure) -> Void) throws(TourFailure) {
        let before = try generation()
        try change()
        let deadline = Deadline(inMilliseconds: 5_000)
        while try generation() == before {
            try Tour.expect(deadline.remaining > 0, "not reloaded: \(door.process.complaints)")
            deadline.sleep(milliseconds: 20)
        }
    }

    private func generation() throws(TourFailure) -> Int {
        let status = try TourRequest(door.admin, "/status").send()
        guard let generation = status.number(["config", "generation"]) else {
            throw TourFailure("/status: \(status.summary)")
        }
        return generation
    }

    /// What the gateway's `/status` says of the split, which must be `percent`.
    private func status(holding percent: Int) throws(TourFailure) -> String {
        let status = try TourRequest(door.admin, "/status").send()
        let shares = zip(GatewayText.versions, [100 - percent, percent])
        for (version, share) in shares {
            try Tour.expect(
                status.bodyText.holds("\"version\":\"\(version)\",\"percent\":\(share),"),
                "/status does not give \(share) percent to \(version)"
            )
        }
        let said = shares.map { "\($0) has \($1) %" }.joined(separator: ", ")
        return "/status: \(said)"
    }

    /// How many of many requests the new version got.
    private func countMoved() throws(TourFailure) -> Int {
        let before = ensemble.candidate.server.questionCount
        for _ in 0..<Tour.crowdSize {
            let answer = try predict()
            try Tour.expect(answer.status == 200, answer.summary)
        }
        return ensemble.candidate.server.questionCount - before
    }
}
