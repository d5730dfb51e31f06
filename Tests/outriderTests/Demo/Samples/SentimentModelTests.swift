import Testing

@testable import outrider

@Suite struct SentimentModelTests {
    @Test(arguments: [
        ("I love this", "positive"),
        ("a great, calm and reliable thing", "positive"),
        ("what a slow, terrible mess", "negative"),
        ("not good", "negative"),
        ("it isn't bad at all", "positive"),
        ("it isn’t bad at all", "positive"),
        ("the table has four legs", "neutral"),
        ("", "neutral"),
    ]) func `a text gets the label of its words`(_ text: String, _ label: String) {
        let verdict = SentimentModel.judge(text)

        #expect(verdict.label == label)
    }

    @Test func `no known word is no idea`() {
        #expect(SentimentModel.judge("xyzzy") == .init(label: "neutral", score: 0.5))
    }

    @Test func `a stronger word makes it surer`() {
        let weak = SentimentModel.judge("nice").score
        let strong = SentimentModel.judge("very nice").score

        #expect(weak < strong)
        #expect(strong < 1)
    }
}
