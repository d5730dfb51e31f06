/// A `RouteTrie` while routes are added to it.
struct RouteTrieDraft {
    struct Link {
        let parent: Int
        let text: [UInt8]
        let child: Int
    }

    /// The parents of exact hosts, of the suffixes of hosts, and the root of routes without host.
    static let exactHosts = 0
    static let hostSuffixes = 1
    static let anyHost = 2

    private(set) var nodes = Array(repeating: RouteTrie.Node(), count: 3)
    private(set) var links: [Link] = []
    private var children: [[UInt8]: [Int: Int]] = [:]
    private var here: [Int: [Int]] = [:]
    private var tails: [Int: [Int]] = [:]

    /// Adds the route whose number is `route`.
    mutating func add(_ route: Int, host: HostPattern?, path: PathPattern) {
        var node =
            switch host {
            case nil: Self.anyHost
            case .exact(let name): child(of: Self.exactHosts, name)
            case .suffix(let name): child(of: Self.hostSuffixes, name)
            }
        for segment in path.segments {
            switch segment {
            case .literal(let text): node = child(of: node, text)
            case .any, .version: node = single(of: node)
            }
        }
        if path.hasTail {
            tails[node, default: []].append(route)
        } else {
            here[node, default: []].append(route)
        }
    }

    /// Sorts every bucket with `precedes` and returns the routes of all buckets, one after another.
    mutating func layOut(by precedes: (Int, Int) -> Bool) -> [Int] {
        var routes: [Int] = []
        for node in nodes.indices {
            nodes[node].here = Self.append(here[node] ?? [], by: precedes, to: &routes)
            nodes[node].tail = Self.append(tails[node] ?? [], by: precedes, to: &routes)
        }
        return routes
    }

    private static func append(
        _ bucket: [Int],
        by precedes: (Int, Int) -> Bool,
        to routes: inout [Int]
    ) -> RouteTrie.Bucket {
        let start = routes.count
        routes += bucket.sorted(by: precedes)
        return RouteTrie.Bucket(start: Int32(start), end: Int32(routes.count))
    }

    private mutating func child(of parent: Int, _ text: [UInt8]) -> Int {
        if let known = children[text]?[parent] { return known }
        let child = makeNode()
        children[text, default: [:]][parent] = child
        links.append(Link(parent: parent, text: text, child: child))
        nodes[parent].hasLiterals = true
        return child
    }

    private mutating func single(of parent: Int) -> Int {
        if nodes[parent].single >= 0 { return Int(nodes[parent].single) }
        let child = makeNode()
        nodes[parent].single = Int32(child)
        return child
    }

    private mutating func makeNode() -> Int {
        nodes.append(RouteTrie.Node())
        return nodes.count - 1
    }
}
