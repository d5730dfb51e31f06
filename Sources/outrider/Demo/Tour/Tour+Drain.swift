import Base
import Reactor
import Wire

/// The steps that end things.
extension Tour {
    /// Streams that last longer than the drain is announced, at the same time.
    private static let streamCount = 4

    /// Drains a sidecar under load: what runs ends well, what comes later is told to go away.
    func showDrain() throws(TourFailure) -> [String] {
        let crowd = Crowd()
        defer { crowd.stop() }
        for _ in 0..<Tour.streamCount { try crowd.addStream(slowStream) }
        let begin = Deadline(inMilliseconds: 5_000)
        while crowd.streamsBegun < Tour.streamCount {
            let loss = crowd.firstLoss
            try Tour.expect(loss == nil, "a stream did not begin: \(loss ?? "")")
            try Tour.expect(begin.remaining > 0, "the streams did not begin within 5 s")
            begin.sleep(milliseconds: 10)
        }
        try crowd.addVisitor(chatRequest(by: door.acme.key, isStreamed: false))
        begin.sleep(milliseconds: 100)
        let began = Clock.now()
        let drain = try TourRequest(chat.admin, post: "/drain").send()
        try Tour.expect((200...299).contains(drain.status), "/drain: \(drain.summary)")
        crowd.drainHasBegun()
        let ready = readiness(at: chat.admin)
        try Tour.expect(ready?.status == 503, "/readyz still says \(ready?.summary ?? "nothing")")

        var wait = TourRequest(chat.admin, "/wait-for-drain")
        wait.patienceMilliseconds = 25_000
        let end = Deadline(inMilliseconds: 25_000)
        while try wait.send().status != 200 {
            try Tour.expect(end.remaining > 0, "the drain did not end")
            end.sleep(milliseconds: 100)
        }
        let lasted = Clock.now().since(began)
        let tally = crowd.finish()
        try check(tally)
        return [
            "\(tally.streams.count) streams ran to their end, \(Tour.seconds(lasted)) after it began",
            "\(tally.served) requests were still served meanwhile, \(tally.refused) then refused "
                + "unprocessed, none lost",
        ]
    }

    /// Ends everything as a SIGTERM does.
    func showEnd() throws(TourFailure) -> [String] {
        let begun = Clock.now()
        let deadline = Deadline(inMilliseconds: 20_000)
        for process in ensemble.processes { process.terminate() }
        for process in ensemble.processes {
            guard let ending = process.wait(by: deadline) else {
                throw TourFailure("\(process.name) does not end")
            }
            try Tour.expect(
                ending == .exited(0),
                "\(process.name): \(ending). \(process.complaints)"
            )
        }
        return ["all with exit status 0, \(Tour.seconds(Clock.now().since(begun))) after SIGTERM"]
    }

    private var slowStream: TourRequest {
        var request = chatRequest(by: door.acme.key, isStreamed: true)
        request.headers.append(("x-sample-pause", "80ms"))
        request.patienceMilliseconds = 25_000
        return request
    }

    private func check(_ tally: Crowd.Tally) throws(TourFailure) {
        if let loss = tally.losses.first {
            throw TourFailure("\(tally.losses.count) requests were lost: \(loss)")
        }
        try Tour.expect(
            tally.streams.count == Tour.streamCount,
            "only \(tally.streams.count) of \(Tour.streamCount) streams ended"
        )
        try Tour.expect(
            tally.streams.allSatisfy { $0.events.last?.data == "[DONE]" },
            "a stream was cut short"
        )
        let delay = Nanoseconds.milliseconds(UInt64(SidecarText.drainDelay))
        try Tour.expect(
            tally.streams.contains { $0.duration > delay },
            "no stream lasted long enough to prove anything"
        )
        try Tour.expect(tally.served > 0, "nothing was served after the drain began")
        try Tour.expect(tally.refused > 0, "nothing was refused although it drains")
    }
}
