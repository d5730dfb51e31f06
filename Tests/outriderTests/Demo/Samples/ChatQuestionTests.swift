import Testing
import Wire

@testable import outrider

@Suite struct ChatQuestionTests {
    private func question(_ body: String) -> ChatQuestion? {
        ChatQuestion(SampleRequest(head: RequestHead(), body: Array(body.utf8)))
    }

    @Test func `the last words of the user count`() {
        let question = question(
            """
            {"stream": true, "max_tokens": 7, "messages": [
              {"role": "system", "content": "be kind"},
              {"content": "first", "role": "user"},
              {"role": "assistant", "content": "ah"},
              {"role": "user", "content": "hello \\"you\\"", "name": "x"}]}
            """
        )

        #expect(question?.text == "hello \"you\"")
        #expect(question?.isStreamed == true)
        #expect(question?.wordLimit == 7)
        #expect(question?.promptWords == 6)
    }

    @Test func `a list of parts is read for its texts`() {
        let question = question(
            """
            {"messages": [{"role": "user", "content": [
              {"type": "text", "text": "one"}, {"type": "image_url", "image_url": {"url": "u"}},
              {"type": "text", "text": "two"}]}]}
            """
        )

        #expect(question?.text == "one two")
        #expect(question?.isStreamed == false)
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"messages\": []}", "{\"messages\": {}}", "{\"messages\": [1]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]", "{\"messages\": [{}]} x",
    ]) func `what is no question is none`(_ body: String) {
        #expect(question(body) == nil)
    }
}
