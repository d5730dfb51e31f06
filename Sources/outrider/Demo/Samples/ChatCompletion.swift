import Base
import Reactor
import Wire

/// One answer of the chat sample, as one object or as the chunks of a stream.
struct ChatCompletion {
    let words: ArraySlice<Substring>
    private let id: String
    private let created: Int
    private let promptWords: Int
    private let isCut: Bool

    init(_ question: ChatQuestion, number: Int) {
        let all = ChatModel.words(answering: question.text)
        words = all.prefix(question.wordLimit)
        isCut = words.count < all.count
        promptWords = question.promptWords
        id = "chatcmpl-sample-\(number)"
        created = Int(Clock.wall() / 1_000_000_000)
    }

    /// Writes the members of the whole answer.
    func writeWhole(_ writer: inout JSONWriter, _ body: inout ByteBuffer) {
        writeIdentity("chat.completion", &writer, &body)
        writeChoice(&writer, &body) { writer, body in
            writer.key("message", &body)
            writer.beginObject(&body)
            writer.key("role", &body)
            writer.string("assistant", &body)
            writer.key("content", &body)
            writer.string(words.joined(separator: " "), &body)
            writer.endObject(&body)
            writer.key("finish_reason", &body)
            writer.string(finishReason, &body)
        }
        writeUsage(&writer, &body)
    }

    /// The chunk that carries word `index`.
    func chunk(_ index: Int) -> ByteBuffer {
        let isFirst = index == words.startIndex
        return chunk { writer, body in
            writer.key("delta", &body)
            writer.beginObject(&body)
            if isFirst {
                writer.key("role", &body)
                writer.string("assistant", &body)
            }
            writer.key("content", &body)
            writer.string(isFirst ? String(words[index]) : " " + words[index], &body)
            writer.endObject(&body)
            writer.key("finish_reason", &body)
            writer.null(&body)
        } rest: { _, _ in
        }
    }

    /// The chunk that ends the answer and says what it cost.
    func lastChunk() -> ByteBuffer {
        chunk { writer, body in
            writer.key("delta", &body)
            writer.beginObject(&body)
            writer.endObject(&body)
            writer.key("finish_reason", &body)
            writer.string(finishReason, &body)
        } rest: { writer, body in
            writeUsage(&writer, &body)
        }
    }

    private var finishReason: String { isCut ? "length" : "stop" }

    private typealias Write = (inout JSONWriter, inout ByteBuffer) -> Void

    private func chunk(_ choice: Write, rest: Write) -> ByteBuffer {
        var body = ByteBuffer()
        var writer = JSONWriter()
        writer.beginObject(&body)
        writeIdentity("chat.completion.chunk", &writer, &body)
        writeChoice(&writer, &body, choice)
        rest(&writer, &body)
        writer.key("sample", &body)
        writer.bool(true, &body)
        writer.endObject(&body)
        return body
    }

    private func writeIdentity(
        _ object: StaticString,
        _ writer: inout JSONWriter,
        _ body: inout ByteBuffer
    ) {
        writer.key("id", &body)
        writer.string(id, &body)
        writer.key("object", &body)
        writer.string(object, &body)
        writer.key("created", &body)
        writer.number(created, &body)
        writer.key("model", &body)
        writer.string(ChatModel.name, &body)
    }

    private func writeChoice(
        _ writer: inout JSONWriter,
        _ body: inout ByteBuffer,
        _ rest: Write
    ) {
        writer.key("choices", &body)
        writer.beginArray(&body)
        writer.beginObject(&body)
        writer.key("index", &body)
        writer.number(0, &body)
        rest(&writer, &body)
        writer.endObject(&body)
        writer.endArray(&body)
    }

    private func writeUsage(_ writer: inout JSONWriter, _ body: inout ByteBuffer) {
        writer.key("usage", &body)
        writer.beginObject(&body)
        writer.key("prompt_tokens", &body)
        writer.number(promptWords, &body)
        writer.key("completion_tokens", &body)
        writer.number(words.count, &body)
        writer.key("total_tokens", &body)
        writer.number(promptWords + words.count, &body)
        writer.endObject(&body)
    }
}
