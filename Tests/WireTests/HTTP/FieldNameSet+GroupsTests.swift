import Testing

@testable import Wire

@Suite struct FieldNameSetGroupsTests {
    @Test func `where a request came from is written anew`() {
        #expect(FieldNameSet.rewritten.union(.forwarding) == .rewritten)
        #expect(!FieldNameSet.rewritten.contains(.via))
    }

    @Test func `no group holds what frames a message or names its host`() {
        let framing: FieldNameSet = [.host, .contentLength, .transferEncoding, .connection]
        let groups: [FieldNameSet] = [
            .forwarding, .rewritten, .oursInAnswers, .tracing, .intents,
        ]

        #expect(groups.allSatisfy { !$0.intersects(framing) })
    }

    @Test func `a group worked out beforehand is that of its names`() {
        let forwarding: FieldNameSet = [
            .xForwardedFor, .xForwardedProto, .xForwardedHost, .forwarded,
        ]

        #expect(FieldNameSet.forwarding == forwarding)
        #expect(FieldNameSet(of: [.te, .via]) == [.te, .via])
    }
}
