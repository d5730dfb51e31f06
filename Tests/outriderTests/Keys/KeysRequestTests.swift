import Access
import Base
import Testing

@testable import outrider

@Suite struct KeysRequestTests {
    private func request(
        _ action: KeysRequest.Action,
        _ words: [String]
    ) throws -> KeysRequest {
        let arguments = try Arguments.parse([action.rawValue] + words, by: KeysCommand.syntax)
        return try KeysRequest(action, arguments, now: 1_000)
    }

    @Test func `everything about a new key is taken`() throws {
        let request = try request(
            .new,
            [
                "--file", "k", "--id", "a", "--tenant", "t", "--tier", "gold", "--scope", "x",
                "--scope", "y", "--model", "llama-*", "--expires", "1h",
            ]
        )

        #expect(request.file == "k" && request.id == "a")
        #expect(request.caller.tenant == "t" && request.caller.tier == "gold")
        #expect(request.caller.scopes == ["x", "y"])
        #expect(request.caller.models == [Wildcard("llama-*")])
        #expect(request.expires == 4_600)
    }

    @Test func `a key may use every model and never ends unless told otherwise`() throws {
        let request = try request(.new, [])

        #expect(request.caller.models == nil && request.expires == nil)
    }

    @Test func `former secrets stay good for a day, or as long as is said`() throws {
        let words = ["--file", "k", "--id", "a"]

        #expect(try request(.rotate, words).formerEnd == 1_000 + 86_400)
        #expect(try request(.rotate, words + ["--overlap", "30m"]).formerEnd == 1_000 + 1_800)
    }

    @Test(arguments: [
        (KeysRequest.Action.rotate, ["--id", "a"]), (.rotate, ["--file", "k"]), (.list, []),
        (.new, ["--overlap", "1h"]), (.hash, ["--file", "k"]), (.new, ["--expires", "yesterday"]),
        (.new, ["--expires", "1970-01-01"]),
        (.rotate, ["--file", "k", "--id", "a", "--overlap", "1"]),
    ])
    func `what is missing, senseless or of no use is refused`(
        _ action: KeysRequest.Action,
        _ words: [String]
    ) {
        #expect(throws: UsageError.self) { try request(action, words) }
    }
}
