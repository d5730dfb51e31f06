import Access
import Base
import Config

/// What the flags of `outrider keys` ask for.
struct KeysRequest {
    enum Action: String, CaseIterable {
        case new
        case rotate
        case list
        case hash
    }

    let file: String?
    let id: String?
    let caller: CallerSettings
    /// Seconds since 1970, like all here; `nil` never.
    let expires: Int64?
    /// When former secrets end.
    let formerEnd: Int64
    let now: Int64

    init(_ action: Action, _ arguments: Arguments, now: Int64) throws(UsageError) {
        try KeysRequest.checkFlags(of: action, arguments)
        self.now = now
        file = arguments.value(of: "file")
        id = arguments.value(of: "id")
        var caller = CallerSettings()
        caller.tenant = arguments.value(of: "tenant") ?? ""
        caller.tier = arguments.value(of: "tier") ?? ""
        caller.scopes = arguments.values(of: "scope")
        let models = arguments.values(of: "model").map { Wildcard($0) }
        if !models.isEmpty { caller.models = models }
        self.caller = caller
        expires = try KeysRequest.moment("expires", arguments, now: now)
        formerEnd = now + (try KeysRequest.span("overlap", arguments) ?? 86_400)
    }

    /// Flags that would be passed over in silence are refused.
    private static func checkFlags(
        of action: Action,
        _ arguments: Arguments
    ) throws(UsageError) {
        let (needed, allowed): ([String], [String]) =
            switch action {
            case .new: ([], ["file", "id", "tenant", "tier", "scope", "model", "expires"])
            case .rotate: (["file", "id"], ["expires", "overlap"])
            case .list: (["file"], [])
            case .hash: ([], [])
            }
        for name in needed where !arguments.has(name) {
            throw UsageError(message: "keys \(action.rawValue) needs --\(name)")
        }
        for (name, _) in arguments.flags where !(needed + allowed).contains(name) {
            throw UsageError(message: "keys \(action.rawValue) takes no --\(name)")
        }
    }

    private static func moment(
        _ flag: String,
        _ arguments: Arguments,
        now: Int64
    ) throws(UsageError) -> Int64? {
        guard let text = arguments.value(of: flag) else { return nil }
        let moment = Moment.parse(text) ?? seconds(text).map { now + $0 }
        guard let moment, moment > now else {
            throw UsageError(
                message: "--\(flag): \"\(text)\" is not a time to come such as 2099-01-31 or 720h"
            )
        }
        return moment
    }

    private static func span(
        _ flag: String,
        _ arguments: Arguments
    ) throws(UsageError) -> Int64? {
        guard let text = arguments.value(of: flag) else { return nil }
        guard let seconds = seconds(text) else {
            throw UsageError(message: "--\(flag): \"\(text)\" is not a time such as 24h or 30m")
        }
        return seconds
    }

    private static func seconds(_ text: String) -> Int64? {
        Nanoseconds(text).map { Int64($0.count / 1_000_000_000) }
    }
}
