/// Which model a sample service plays.
enum SampleModel: String, Sendable, CaseIterable {
    case sentiment
    case chat

    /// What only the model answers; the rest is the service's own.
    var paths: [String] {
        switch self {
        case .sentiment: ["/predict"]
        case .chat: ["/v1/chat/completions", "/v1/models"]
        }
    }

    /// Answers a request for one of `paths`; `number` counts them.
    func answer(_ request: SampleRequest, number: Int, _ reply: inout SampleReply) {
        switch self {
        case .sentiment: SentimentModel.answer(request, &reply)
        case .chat: ChatModel.answer(request, number: number, &reply)
        }
    }
}
