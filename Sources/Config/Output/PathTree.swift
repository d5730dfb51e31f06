/// Leaves named by dotted paths, gathered into the tree that the paths describe.
indirect enum PathTree<Leaf> {
    case leaf(Leaf)
    case branch([(name: String, tree: PathTree)])

    /// Siblings keep the order in which `leaves` first names them.
    init(_ leaves: [(path: String, leaf: Leaf)]) {
        self = PathTree.gather(leaves.map { ($0.path[...], $0.leaf) })
    }

    private static func gather(_ leaves: [(path: Substring, leaf: Leaf)]) -> PathTree {
        if leaves.count == 1, leaves[0].path.isEmpty { return .leaf(leaves[0].leaf) }
        var order: [Substring] = []
        var groups: [Substring: [(path: Substring, leaf: Leaf)]] = [:]
        for (path, leaf) in leaves {
            let name = path.prefix { $0 != "." }
            if groups[name] == nil { order.append(name) }
            groups[name, default: []].append((path.dropFirst(name.count + 1), leaf))
        }
        return .branch(order.map { (String($0), gather(groups[$0] ?? [])) })
    }
}
