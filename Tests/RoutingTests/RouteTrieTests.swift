import Base
import Testing

@testable import Routing

@Suite struct RouteTrieTests {
    @Test func `a thousand children are told apart`() throws {
        var draft = RouteTrieDraft()
        for index in 0..<1_000 {
            draft.add(index, host: nil, path: try PathPattern("/segment-\(index)/\(index % 7)"))
        }
        let order = draft.layOut(by: <)
        let trie = RouteTrie(draft)

        for index in 0..<1_000 {
            let first = Array("segment-\(index)".utf8)
            let second = Array("\(index % 7)".utf8)
            let missing = Array("\((index + 1) % 7)".utf8)
            let parent = trie.child(of: RouteTrieDraft.anyHost, first.span, 0..<first.count)
            let node = parent.flatMap { trie.child(of: $0, second.span, 0..<second.count) }
            let none = parent.flatMap { trie.child(of: $0, missing.span, 0..<missing.count) }
            let bucket = try #require(node.map { trie.nodes[$0].here.range })

            #expect(bucket.map { order[$0] } == [index])
            #expect(none == nil)
        }
    }

    @Test func `case matters in paths and not in hosts`() throws {
        var draft = RouteTrieDraft()
        draft.add(0, host: try HostPattern("api.example.com"), path: try PathPattern("/abc"))
        _ = draft.layOut(by: <)
        let trie = RouteTrie(draft)
        let host = Array("API.example.COM".utf8)
        let path = Array("ABC".utf8)
        let root = trie.child(
            of: RouteTrieDraft.exactHosts,
            ignoringCase: host.span,
            0..<host.count
        )
        let strict = trie.child(of: RouteTrieDraft.exactHosts, host.span, 0..<host.count)
        let child = root.flatMap { trie.child(of: $0, path.span, 0..<path.count) }

        #expect(root != nil)
        #expect(strict == nil)
        #expect(child == nil)
    }
}
