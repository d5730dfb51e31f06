package import Base
package import Wire

/// Finds the route of a request among all, the most specific first.
///
/// Host first (exact, then the longest suffix, then none), then path segment by segment (literal,
/// then `*` or `{version}`, then `**`), then more conditions, then the order in the file. A
/// search walks a tree of segments and tries the few routes it ends at; it allocates nothing but
/// for a path with escapes, which it folds. Immutable, shared by all workers.
package final class RouteTable: Sendable {
    package enum Match: Sendable, Hashable {
        /// The number of the route, in the order of the configuration.
        case route(Int)
        /// The route depends on the model that the body names: read it and ask again.
        case needsModel
        case none
    }

    /// What decides about most routes without looking at them.
    private struct Candidate: Sendable {
        let route: Int32
        let modelTag: UInt32
        let tenantTag: UInt32
        let methods: UInt16
        let isMethodOnly: Bool
    }

    package let routes: [Route]
    let conditions: [RouteConditions]
    let hosts: [HostPattern?]
    /// `nil` for a route that is malformed and never matches.
    let paths: [PathPattern?]
    private let rewrites: [Rewrite?]
    private let trie: RouteTrie
    private let candidates: [Candidate]
    /// Lengths of the suffixes of hosts, longest first.
    private let suffixLengths: [Int]
    private let hasHosts: Bool

    /// A route in which `RoutingProblem` finds a malformed host or path never matches.
    package init(_ routes: [Route]) {
        self.routes = routes
        let conditions = routes.map { RouteConditions($0.match) }
        var hosts: [HostPattern?] = []
        var paths: [PathPattern?] = []
        var draft = RouteTrieDraft()
        var lengths: Set<Int> = []
        for (index, route) in routes.enumerated() {
            let place = Self.read(route.match)
            hosts.append(place?.host)
            paths.append(place?.path)
            guard let place else { continue }
            if case .suffix(let suffix) = place.host { lengths.insert(suffix.count) }
            draft.add(index, host: place.host, path: place.path)
        }
        candidates = draft.layOut { one, other in
            conditions[one].count != conditions[other].count
                ? conditions[one].count > conditions[other].count : one < other
        }.map { index in
            Candidate(
                route: Int32(index),
                modelTag: conditions[index].modelTag,
                tenantTag: conditions[index].tenantTag,
                methods: conditions[index].methods,
                isMethodOnly: conditions[index].isMethodOnly
            )
        }
        trie = RouteTrie(draft)
        suffixLengths = lengths.sorted(by: >)
        hasHosts = hosts.contains { $0 != nil }
        self.conditions = conditions
        rewrites = zip(routes, paths).map { route, path in
            guard let text = route.rewrite, let path else { return nil }
            // What is wrong with it is told by `RoutingProblem`.
            return try? Rewrite(text, for: path)
        }
        self.hosts = hosts
        self.paths = paths
    }

    /// The most specific route whose conditions all hold.
    ///
    /// `path` is the normalised path without query; an empty one is read as `/`. Of `head` the
    /// authority, the method, the query and the lines that are not dropped count.
    package func match(
        _ head: RequestHead,
        path: Span<UInt8>,
        caller: CallerTraits,
        model: ModelKnowledge
    ) -> Match {
        let question = RouteQuestion(head, caller, model)
        if path.firstIndex(of: UInt8(ascii: "%")) != nil {
            let folded = PathFolding.fold(path)
            return searchHosts(question, folded.span)
        }
        return searchHosts(question, path)
    }

    /// Appends the path that is forwarded for a normalised `path` that found `route`.
    package func appendPath(of route: Int, _ path: Span<UInt8>, to output: inout ByteBuffer) {
        if let rewrite = rewrites[route] {
            rewrite.append(path, to: &output)
        } else if path.isEmpty {
            output.append(UInt8(ascii: "/"))
        } else {
            output.append(path)
        }
    }

    /// What stands in `path` for the `{version}` of the route, if it has one.
    package func versionSegment(of route: Int, path: Span<UInt8>) -> [UInt8]? {
        guard let wanted = paths[route]?.versionSegment else { return nil }
        var start = 1
        for _ in 0..<wanted {
            guard let slash = path.firstIndex(of: UInt8(ascii: "/"), from: start) else {
                return nil
            }
            start = slash + 1
        }
        let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
        return start < end ? PathFolding.fold(path.extracting(start..<end)) : nil
    }

    private static func read(_ match: RouteMatch) -> (host: HostPattern?, path: PathPattern)? {
        // What is wrong with either is told by `RoutingProblem`.
        guard let path = try? PathPattern(match.path) else { return nil }
        guard let text = match.host else { return (nil, path) }
        guard let host = try? HostPattern(text) else { return nil }
        return (host, path)
    }

    private func searchHosts(_ question: RouteQuestion, _ path: Span<UInt8>) -> Match {
        if hasHosts {
            let match = searchNamedHosts(question, path)
            if match != .none { return match }
        }
        return search(RouteTrieDraft.anyHost, path, question)
    }

    private func searchNamedHosts(_ question: RouteQuestion, _ path: Span<UInt8>) -> Match {
        let bytes = question.head.fields.bytes.span
        let name = HostPattern.name(bytes, in: question.head.authority)
        guard !name.isEmpty, name.count <= HostPattern.longestName else { return .none }
        if let root = trie.child(of: RouteTrieDraft.exactHosts, ignoringCase: bytes, name) {
            let match = search(root, path, question)
            if match != .none { return match }
        }
        for length in suffixLengths where length < name.count &- 1 {
            let start = name.upperBound &- length
            guard bytes[start &- 1] == UInt8(ascii: "."),
                let root = trie.child(
                    of: RouteTrieDraft.hostSuffixes,
                    ignoringCase: bytes,
                    start..<name.upperBound
                )
            else { continue }
            let match = search(root, path, question)
            if match != .none { return match }
        }
        return .none
    }

    private func search(_ root: Int, _ path: Span<UInt8>, _ question: RouteQuestion) -> Match {
        if path.isEmpty {
            let slash: [UInt8] = [UInt8(ascii: "/")]
            return visit(root, slash.span, 1, question)
        }
        guard path[0] == UInt8(ascii: "/") else { return .none }
        return visit(root, path, 1, question)
    }

    /// Tries `node`; the segment at `start` comes next, and no more when it is beyond the path.
    ///
    /// No deeper than the longest pattern, and no node is visited twice.
    private func visit(
        _ node: Int,
        _ path: Span<UInt8>,
        _ start: Int,
        _ question: RouteQuestion
    ) -> Match {
        let place = trie.nodes[node]
        if start > path.count {
            let match = first(of: place.here, question)
            return match == .none ? first(of: place.tail, question) : match
        }
        if place.hasLiterals || place.single >= 0 {
            let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
            if place.hasLiterals, let child = trie.child(of: node, path, start..<end) {
                let match = visit(child, path, end &+ 1, question)
                if match != .none { return match }
            }
            if place.single >= 0, end > start {
                let match = visit(Int(place.single), path, end &+ 1, question)
                if match != .none { return match }
            }
        }
        return first(of: place.tail, question)
    }

    private func first(of bucket: RouteTrie.Bucket, _ question: RouteQuestion) -> Match {
        // A copy of the reference, whose bytes are then read without counting.
        let shared = candidates
        let candidates = shared.span
        for index in bucket.range {
            let candidate = candidates[index]
            guard candidate.methods & question.methodBit != 0 else { continue }
            let route = Int(candidate.route)
            if candidate.isMethodOnly { return .route(route) }
            if candidate.modelTag != 0, question.modelTag != candidate.modelTag,
                !question.isModelUnread
            {
                continue
            }
            if candidate.tenantTag != 0, question.caller.tenantTag != candidate.tenantTag {
                continue
            }
            guard conditions[route].firstMiss(question) == nil else { continue }
            switch conditions[route].fitsModel(question) {
            case true: return .route(route)
            case nil: return .needsModel
            case false: continue
            }
        }
        return .none
    }
}
