import Base
import Testing
import Wire

@testable import Proxy

@Suite struct RequestIntentTests {
    @Test func `nothing said means the usual`() throws {
        let intent = try intent([])

        #expect(intent.priority == 3)
        #expect(intent.timeout == nil)
        #expect(intent.outerAttempt == 1)
        #expect(!intent.hasIdempotencyKey)
        #expect(intent.key == 0)
    }

    @Test func `the shortest of the deadlines counts`() throws {
        let intent = try intent([
            "x-request-timeout-ms: 900", "grpc-timeout: 2S", "x-outrider-timeout-ms: 700",
        ])

        #expect(intent.timeout == .milliseconds(700))
    }

    @Test func `a stranger's priority, attempt and deadline are not believed`() throws {
        let fields = ["priority: u=0", "x-outrider-attempt: 2", "x-outrider-timeout-ms: 5"]

        let trusted = try intent(fields)
        let stranger = try intent(fields, isTrusted: false)

        #expect(trusted.priority == 0)
        #expect(trusted.outerAttempt == 2)
        #expect(stranger.priority == 3)
        #expect(stranger.outerAttempt == 1)
        #expect(stranger.timeout == nil)
    }

    @Test(arguments: ["0", "1000", "-1", "two", "99999999999999999999"])
    func `an impossible attempt counts as the first`(_ text: String) throws {
        #expect(try intent(["x-outrider-attempt: \(text)"]).outerAttempt == 1)
    }

    @Test func `the hash is the named header's, in whatever case`() throws {
        let one = try intent(["X-Session: a"], hashOn: "x-session")
        let same = try intent(["x-session: a"], hashOn: "x-session")
        let other = try intent(["x-session: b"], hashOn: "x-session")
        let none = try intent(["x-sessions: a"], hashOn: "x-session")

        #expect(one.key == same.key)
        #expect(one.key != other.key)
        #expect(none.key == 0)
    }

    @Test func `an idempotency key is seen`() throws {
        #expect(try intent(["idempotency-key: a"]).hasIdempotencyKey)
    }

    private func intent(
        _ fields: [String],
        isTrusted: Bool = true,
        hashOn: String? = nil
    ) throws -> RequestIntent {
        let text = (["GET / HTTP/1.1", "host: a"] + fields + ["", ""]).joined(separator: "\r\n")
        var head = RequestHead()
        var scanned = 0
        let parsed = try RequestHeadParser().parse(
            Array(text.utf8).span,
            scanned: &scanned,
            into: &head
        )
        try #require(parsed == text.utf8.count)
        return RequestIntent(head, isTrusted: isTrusted, hashOn: hashOn.map { Array($0.utf8) })
    }
}
