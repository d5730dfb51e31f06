import Testing

@testable import Config

@Suite struct PathTreeTests {
    @Test func `leaves are gathered below their common names, in order`() {
        let tree = PathTree([("b.x", 1), ("a", 2), ("b.y.z", 3)])

        #expect(show(tree) == "(b:(x:1 y:(z:3)) a:2)")
    }

    private func show(_ tree: PathTree<Int>) -> String {
        switch tree {
        case .leaf(let value): "\(value)"
        case .branch(let children):
            "(\(children.map { "\($0.name):\(show($0.tree))" }.joined(separator: " ")))"
        }
    }
}
