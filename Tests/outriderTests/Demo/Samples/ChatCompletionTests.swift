import Base
import Testing
import Wire

@testable import outrider

@Suite struct ChatCompletionTests {
    private func completion(_ members: String) throws -> ChatCompletion {
        let body = "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]\(members)}"
        let request = SampleRequest(head: RequestHead(), body: Array(body.utf8))
        return ChatCompletion(try #require(ChatQuestion(request)), number: 1)
    }

    @Test func `the chunks say what the whole answer says`() throws {
        let completion = try completion("")
        var body = ByteBuffer()
        var writer = JSONWriter()

        writer.beginObject(&body)
        completion.writeWhole(&writer, &body)
        writer.endObject(&body)

        let whole = body.text()
        let words = completion.words.indices.map { Tour.deltaText(completion.chunk($0).text()) }
        #expect(whole.contains("\"content\":\"You said \\\"hi\\\""))
        #expect(words.joined() == completion.words.joined(separator: " "))
    }

    @Test func `the last chunk says what it cost and why it ended`() throws {
        let last = try completion(", \"max_tokens\": 3").lastChunk().text()

        #expect(last.contains("\"finish_reason\":\"length\""))
        #expect(last.contains("\"completion_tokens\":3"))
        #expect(last.contains("\"sample\":true"))
    }
}
