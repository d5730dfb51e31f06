import Base
import Config
import Reactor
import Wire

/// A few fixed sentences that pass for a language model, in OpenAI's shape.
///
/// What it counts as tokens are words.
enum ChatModel {
    static let name = "sample-chat"
    /// Between two words of a stream, unless `x-sample-pause` says otherwise.
    static let pause = Nanoseconds.milliseconds(40)
    private static let longestPause = Nanoseconds.seconds(2)
    /// Of what the user said, the answer repeats no more than this.
    private static let echoLimit = 60

    /// Answers `/v1/models` and `/v1/chat/completions`.
    static func answer(_ request: SampleRequest, number: Int, _ reply: inout SampleReply) {
        if request.path == "/v1/models" { return list(&reply) }
        guard request.head.method == .post else {
            return reply.error(405, "Only POST is understood here.")
        }
        guard let question = ChatQuestion(request) else {
            return reply.error(400, "The body must be a JSON object with \"messages\".")
        }
        let completion = ChatCompletion(question, number: number)
        guard question.isStreamed else {
            return reply.json(200) { completion.writeWhole(&$0, &$1) }
        }
        let wanted = request.header("x-sample-pause").flatMap { Nanoseconds($0) } ?? pause
        stream(completion, pausing: min(wanted, longestPause), &reply)
    }

    /// The words of the answer to `text`.
    static func words(answering text: String) -> [Substring] {
        let echo = text.split { $0.isWhitespace }.joined(separator: " ").prefix(echoLimit)
        let greeting = echo.isEmpty ? "You said nothing," : "You said \"\(echo)\","
        let answer = """
            \(greeting) and this is a sample that knows no better answer. It has words but no \
            thoughts: each one leaves on its own, and the sidecar passes it on at once, so that \
            what you see is when it was said.
            """
        return answer.split(separator: " ")
    }

    private static func stream(
        _ completion: ChatCompletion,
        pausing pause: Nanoseconds,
        _ reply: inout SampleReply
    ) {
        reply.beginEvents()
        for index in completion.words.indices {
            guard reply.event(completion.chunk(index)) else { return }
            Pause.sleep(pause)
        }
        var end = ByteBuffer()
        end.append("[DONE]")
        guard reply.event(completion.lastChunk()), reply.event(end) else { return }
        reply.endEvents()
    }

    private static func list(_ reply: inout SampleReply) {
        reply.json(200) { writer, body in
            writer.key("object", &body)
            writer.string("list", &body)
            writer.key("data", &body)
            writer.beginArray(&body)
            writer.beginObject(&body)
            writer.key("id", &body)
            writer.string(name, &body)
            writer.key("object", &body)
            writer.string("model", &body)
            writer.key("owned_by", &body)
            writer.string("outrider-sample", &body)
            writer.endObject(&body)
            writer.endArray(&body)
        }
    }
}
