import Base
import Reactor

/// Everything that runs in a demonstration: sample models, a sidecar before each, one gateway.
struct Ensemble: Sendable {
    let sentiment: Escort
    /// The next version of the sentiment model.
    let candidate: Escort
    let chat: Escort
    let door: FrontDoor

    /// Starts everything; what was started before something failed is ended.
    static func start(
        in scratch: inout ScratchDirectory,
        environment: [String: String]
    ) throws(SystemError) -> Ensemble {
        var secret: [UInt8] = []
        Base64URL.append(FreshKey.randomBytes(32).span, to: &secret)
        let key = try scratch.write("identity.key", String(decoding: secret, as: UTF8.self))
        let versions = GatewayText.versions
        let sentiment = try Escort.start(
            .sentiment,
            version: versions[0],
            preferring: 4000,
            identityKey: key,
            in: &scratch,
            environment: environment
        )
        let chat = try Escort.start(
            .chat,
            version: "1.0.0",
            preferring: 4010,
            identityKey: key,
            in: &scratch,
            environment: environment
        )
        let candidate = try Escort.start(
            .sentiment,
            version: versions[1],
            preferring: 4020,
            identityKey: key,
            in: &scratch,
            environment: environment
        )
        let door = try FrontDoor.start(
            sentiment: [sentiment, candidate],
            chat: chat,
            identityKey: key,
            in: &scratch,
            environment: environment
        )
        return Ensemble(sentiment: sentiment, candidate: candidate, chat: chat, door: door)
    }

    var processes: [OutriderProcess] {
        [door.process, sentiment.process, chat.process, candidate.process]
    }

    /// Ports on which they say whether they are ready, those of the models first.
    var admins: [UInt16] { [sentiment.admin, chat.admin, candidate.admin, door.admin] }

    /// Where everything is, line by line.
    var summary: [String] {
        [sentiment.summary, candidate.summary, chat.summary, door.summary]
    }
}
