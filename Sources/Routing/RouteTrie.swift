import Base

/// Hosts and paths of all routes as one tree of segments in flat memory.
///
/// The children by literal text of all nodes share one hash table, so that a step costs one
/// look-up and nothing is retained on the way. Built once.
struct RouteTrie: Sendable {
    /// What a search finds at the end of a path: routes in the order in which they are tried.
    struct Bucket: Sendable {
        var start: Int32 = 0
        var end: Int32 = 0

        var range: Range<Int> { Int(start)..<Int(end) }
        var isEmpty: Bool { start == end }
    }

    struct Node: Sendable {
        /// Where `*` and `{version}` lead; -1 for nowhere.
        var single: Int32 = -1
        var hasLiterals = false
        /// The routes whose path ends here.
        var here = Bucket()
        /// The routes whose path ends here in `**`.
        var tail = Bucket()
    }

    private struct Edge: Sendable {
        /// -1 where the place is free.
        var parent: Int32 = -1
        var child: Int32 = -1
        var start: Int32 = 0
        var end: Int32 = 0
    }

    let nodes: [Node]
    private let edges: [Edge]
    private let text: [UInt8]

    init(_ draft: RouteTrieDraft) {
        nodes = draft.nodes
        var size = 8
        while size < draft.links.count * 2 { size *= 2 }
        var edges = Array(repeating: Edge(), count: size)
        var text: [UInt8] = []
        for link in draft.links {
            let range = 0..<link.text.count
            var place = Self.hash(link.text.span, range, Int32(link.parent)) & (size - 1)
            while edges[place].parent >= 0 { place = (place + 1) & (size - 1) }
            let start = text.count
            text += link.text
            edges[place] = Edge(
                parent: Int32(link.parent),
                child: Int32(link.child),
                start: Int32(start),
                end: Int32(text.count)
            )
        }
        self.edges = edges
        self.text = text
    }

    /// The child of `parent` whose text is exactly the bytes in `range`.
    func child(of parent: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let edges = edges.span
        let text = text.span
        let mask = edges.count &- 1
        var place = Self.hash(bytes, range, Int32(truncatingIfNeeded: parent)) & mask
        while edges[place].parent >= 0 {
            let edge = edges[place]
            if edge.parent == Int32(truncatingIfNeeded: parent),
                bytes.equals(range, text, Int(edge.start)..<Int(edge.end))
            {
                return Int(edge.child)
            }
            place = (place &+ 1) & mask
        }
        return nil
    }

    /// The child of `parent` whose text, in lower case, the bytes in `range` are in any case.
    func child(
        of parent: Int,
        ignoringCase bytes: Span<UInt8>,
        _ range: Range<Int>
    ) -> Int? {
        let edges = edges.span
        let text = text.span
        let mask = edges.count &- 1
        var place = Self.hash(bytes, range, Int32(truncatingIfNeeded: parent)) & mask
        while edges[place].parent >= 0 {
            let edge = edges[place]
            if edge.parent == Int32(truncatingIfNeeded: parent),
                bytes.equalsIgnoringCase(range, text, Int(edge.start)..<Int(edge.end))
            {
                return Int(edge.child)
            }
            place = (place &+ 1) & mask
        }
        return nil
    }

    /// Folds case, so that one table serves hosts too; never negative.
    ///
    /// Only what the configuration says is in the table, so no client can make it collide.
    private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>, _ parent: Int32) -> Int {
        let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
        var hash = (UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(range.count)) &* factor
        var index = range.lowerBound
        while index < range.upperBound {
            let end = min(index &+ 8, range.upperBound)
            hash = (hash ^ bytes.foldedWord(index..<end)) &* factor
            hash ^= hash >> 29
            index = end
        }
        return Int(truncatingIfNeeded: hash >> 20 & 0x7fff_ffff)
    }
}
