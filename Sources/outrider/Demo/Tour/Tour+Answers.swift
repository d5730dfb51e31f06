import Base
import Reactor
import Wire

/// The steps that ask the models.
extension Tour {
    /// Waits until the sidecars say that their models are ready, and the gateway that it serves.
    func showReadiness() throws(TourFailure) -> [String] {
        let deadline = Deadline(inMilliseconds: 15_000)
        for port in ensemble.admins {
            while true {
                if let lost = ensemble.processes.first(where: { $0.poll() != nil }) {
                    throw TourFailure("\(lost.name) ended: \(lost.complaints)")
                }
                let answer = readiness(at: port)
                if answer?.status == 200 { break }
                guard deadline.remaining > 0 else {
                    let last = answer?.summary ?? "no answer"
                    throw TourFailure("not ready after 15 s at port \(port): \(last)")
                }
                deadline.sleep(milliseconds: 20)
            }
        }
        return ["\(Tour.seconds(Clock.now().since(begun))) after they were started"]
    }

    /// Two texts of which the label is known, through gateway and sidecar, and past them.
    func showAnswer() throws(TourFailure) -> [String] {
        var seen: [String] = []
        for (text, expected) in [
            ("I love this fast little proxy", "positive"),
            ("what a slow, terrible mess", "negative"),
        ] {
            let body = "{\"text\": \"\(text)\"}"
            let answer = try sentimentRequest(by: door.acme.key, body).send()
            let direct = try TourRequest(sentiment.server.port, post: "/predict", body).send()
            try Tour.expect(answer.status == 200 && answer.isSample, answer.summary)
            try Tour.expect(answer.text(["label"]) == expected, answer.summary)
            try Tour.expect(
                answer.body == direct.body,
                "the answer was changed: \(answer.summary), not \(direct.summary)"
            )
            seen.append("\(text): \(answer.bodyText.filter { $0 != "\n" })")
        }
        return seen
    }

    /// A completion in one piece.
    func showChat() throws(TourFailure) -> [String] {
        let answer = try chatRequest(by: door.acme.key, isStreamed: false).send()
        try Tour.expect(answer.status == 200 && answer.isSample, answer.summary)
        let choices = try completion(in: answer)
        try Tour.expect(!choices.isEmpty, answer.summary)
        return [String(choices.prefix(90)) + (choices.count > 90 ? "..." : "")]
    }

    /// A stream whose words come one by one, and which says what the whole answer says.
    func showStream() throws(TourFailure) -> [String] {
        let whole = try chatRequest(by: door.acme.key, isStreamed: false).send()
        let answer = try chatRequest(by: door.acme.key, isStreamed: true).send()
        try Tour.expect(
            answer.status == 200 && answer.head.isEventStream,
            "no event stream: \(answer.summary)"
        )
        let events = answer.events
        try Tour.expect(events.last?.data == "[DONE]", "the stream ended without [DONE]")
        let words = events.dropLast().map { Tour.deltaText($0.data) }.joined()
        try Tour.expect(
            words == (try completion(in: whole)),
            "the stream said something else: \(words)"
        )
        try Tour.expect(
            events.contains { $0.data.holds("\"completion_tokens\"") },
            "the stream did not say what it cost"
        )
        let first = events.first?.after ?? answer.duration
        // In one piece, or held back, the first would come with the last.
        try Tour.expect(
            first.count < answer.duration.count / 4,
            "the first event came after \(Tour.seconds(first)) of \(Tour.seconds(answer.duration))"
        )
        return [
            "\(events.count) events in \(Tour.seconds(answer.duration)), "
                + "the first of them after \(Tour.milliseconds(first))"
        ]
    }

    /// A question to the chat model, asked at the gateway with `key`.
    func chatRequest(by key: String?, isStreamed: Bool) -> TourRequest {
        let body =
            "{\"model\": \"\(ChatModel.name)\", \"stream\": \(isStreamed), "
            + "\"messages\": [{\"role\": \"user\", \"content\": \"hello there\"}]}"
        return TourRequest(door.traffic, post: "/v1/chat/completions", body).bearing(key)
    }

    /// A text for the sentiment model, asked at the gateway with `key`.
    func sentimentRequest(by key: String?, _ body: String = Tour.goodText) -> TourRequest {
        TourRequest(door.traffic, post: "/v1/sentiment", body).bearing(key)
    }

    static let goodText = "{\"text\": \"good\"}"

    /// What readiness says at the admin port `admin`, if it says anything.
    func readiness(at admin: UInt16) -> TourAnswer? {
        var request = TourRequest(admin, "/readyz?verbose")
        request.patienceMilliseconds = 2_000
        // What does not listen yet is not ready: there is nothing to tell of it.
        return try? request.send()
    }

    /// `span` in milliseconds, with one decimal.
    static func milliseconds(_ span: Nanoseconds) -> String {
        "\(span.count / 1_000_000).\(span.count / 100_000 % 10) ms"
    }

    /// The text that one chunk of a stream adds.
    static func deltaText(_ json: String) -> String {
        choiceText(["delta", "content"], in: Array(json.utf8)) ?? ""
    }

    private func completion(in answer: TourAnswer) throws(TourFailure) -> String {
        guard let text = Tour.choiceText(["message", "content"], in: answer.body) else {
            throw TourFailure("no completion: \(answer.summary)")
        }
        return text
    }

    /// The text at `path` in the first of the choices.
    private static func choiceText(_ path: [StaticString], in json: [UInt8]) -> String? {
        var scanner = JSONScanner()
        let bytes = json.span
        guard JSONPath.seek(["choices"], in: bytes, &scanner) == .beginArray else { return nil }
        return TourAnswer.text(path, in: bytes.array(scanner.position..<bytes.count))
    }
}
