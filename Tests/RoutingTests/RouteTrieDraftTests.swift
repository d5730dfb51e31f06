import Testing

@testable import Routing

@Suite struct RouteTrieDraftTests {
    @Test func `routes of one place share a bucket, sorted as asked`() throws {
        var draft = RouteTrieDraft()
        for (route, path) in ["/a/*", "/a/{version}", "/a/**", "/a/*"].enumerated() {
            draft.add(route, host: nil, path: try PathPattern(path))
        }
        let order = draft.layOut(by: >)
        let node = try #require(draft.links.first.map(\.child))
        let single = Int(draft.nodes[node].single)

        #expect(draft.links.count == 1)
        #expect(draft.nodes[node].tail.range.map { order[$0] } == [2])
        #expect(draft.nodes[single].here.range.map { order[$0] } == [3, 1, 0])
    }
}
