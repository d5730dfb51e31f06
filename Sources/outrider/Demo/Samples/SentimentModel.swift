import Base
import Wire

/// A word list that passes for a sentiment model: `POST /predict`.
enum SentimentModel {
    /// What a text was found to be.
    struct Verdict: Equatable {
        let label: String
        /// How sure, from 0.5 (no idea) towards 1.
        let score: Double
    }

    /// Answers `{"text"}` with `{"label", "score"}`.
    static func answer(_ request: SampleRequest, _ reply: inout SampleReply) {
        guard request.head.method == .post else {
            return reply.error(405, "Only POST is understood here.")
        }
        guard request.isObject, let text = request.text(["text"]) else {
            return reply.error(400, "The body must be a JSON object with a \"text\".")
        }
        let verdict = judge(text)
        reply.json(200) { writer, body in
            writer.key("label", &body)
            writer.string(verdict.label, &body)
            writer.key("score", &body)
            writer.number(verdict.score, &body)
        }
    }

    /// Adds up the words of `text`; a negation turns the next two words round.
    static func judge(_ text: String) -> Verdict {
        var sum = 0.0
        var weight = 1.0
        var turned = 0
        for word in words(of: text) {
            if negations.contains(word) || word.hasSuffix("n't") {
                turned = 2
            } else if intensifiers.contains(word) {
                weight = 2
            } else {
                let value = weights[word] ?? 0
                sum += (turned > 0 ? -value : value) * weight
                weight = 1
                turned -= 1
            }
        }
        let size = abs(sum)
        let score = (500 + 500 * size / (size + 1)).rounded() / 1_000
        return Verdict(label: sum > 0 ? "positive" : sum < 0 ? "negative" : "neutral", score: score)
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && $0 != "'" && $0 != "’" }
            .map { String($0.map { $0 == "’" ? "'" : $0 }) }
    }

    private static let negations: Set<String> = ["not", "no", "never", "hardly", "without"]
    private static let intensifiers: Set<String> = ["very", "really", "so", "extremely", "too"]
    private static let weights: [String: Double] = {
        var weights: [String: Double] = [:]
        for word in good { weights[word] = 1 }
        for word in bad { weights[word] = -1 }
        for word in ["love", "excellent", "wonderful", "perfect"] { weights[word] = 2 }
        for word in ["hate", "terrible", "awful", "horrible"] { weights[word] = -2 }
        return weights
    }()
    private static let good = [
        "good", "great", "nice", "happy", "fast", "clear", "calm", "kind", "fine", "like",
        "liked", "enjoy", "enjoyed", "pleasant", "reliable", "helpful", "solid", "best",
        "better", "beautiful", "brilliant", "fun", "safe", "thanks", "delight", "works",
    ]
    private static let bad = [
        "bad", "sad", "slow", "broken", "mess", "angry", "ugly", "poor", "worse", "worst",
        "boring", "confusing", "fails", "failed", "failure", "crash", "crashed", "crashes",
        "useless", "wrong", "problem", "annoying", "disappointing", "hurts", "late", "pain",
    ]
}
