import Base
package import Wire

/// Why one route did or did not get a request; for those who ask, never for a request itself.
package struct RouteExplanation: Sendable, Hashable {
    /// The route's place in the configuration.
    package let route: Int
    /// Whether it is the one that is taken.
    package let isTaken: Bool
    /// One line, such as `chat: method GET is not among POST`.
    package let text: String
}

extension RouteTable {
    /// One line for each route, in the order of the configuration.
    package func explain(
        _ head: RequestHead,
        path: Span<UInt8>,
        caller: CallerTraits,
        model: ModelKnowledge
    ) -> [RouteExplanation] {
        var taken: Int?
        if case .route(let route) = match(head, path: path, caller: caller, model: model) {
            taken = route
        }
        let asked = path.isEmpty ? [UInt8(ascii: "/")] : PathFolding.fold(path)
        let question = RouteQuestion(head, caller, model)
        return routes.indices.map { index in
            let reason = miss(index, question, asked) ?? standing(index, taken)
            return RouteExplanation(
                route: index,
                isTaken: index == taken,
                text: "\(routes[index].name): \(reason)"
            )
        }
    }

    /// What does not hold, in words; `nil` when everything does.
    private func miss(_ route: Int, _ question: RouteQuestion, _ path: [UInt8]) -> String? {
        guard let pattern = paths[route] else { return "is malformed and never matches" }
        let match = routes[route].match
        let bytes = question.head.fields.bytes.span
        let name = HostPattern.name(bytes, in: question.head.authority)
        if let host = hosts[route] {
            let fits = name.count <= HostPattern.longestName && host.matches(bytes, name)
            guard fits else { return "host \(bytes.text(name)) is not \(match.host ?? "")" }
        }
        guard pattern.matches(path.span) else {
            return "path \(String(decoding: path, as: UTF8.self)) does not fit \(match.path)"
        }
        if let miss = conditions[route].firstMiss(question) {
            return Self.text(miss, match, question)
        }
        switch conditions[route].fitsModel(question) {
        case true: return nil
        case false: return Self.text(.model, match, question)
        case nil: return "depends on the model, which is not known"
        }
    }

    /// How a route that fits stands to the one that is taken.
    private func standing(_ route: Int, _ taken: Int?) -> String {
        guard let taken else { return "fits" }
        if taken == route { return "fits and is taken" }
        let name = routes[taken].name
        if hosts[route] != hosts[taken] { return "fits, but the host of \(name) is more specific" }
        if paths[route]?.shape != paths[taken]?.shape {
            return "fits, but the path of \(name) is more specific"
        }
        if conditions[route].count != conditions[taken].count {
            return "fits, but \(name) has more conditions"
        }
        return "fits, but \(name) stands before it"
    }

    private static func text(
        _ miss: RouteConditions.Miss,
        _ match: RouteMatch,
        _ question: RouteQuestion
    ) -> String {
        func list(_ patterns: [Wildcard]) -> String { patterns.map(\.text).joined(separator: ", ") }
        func quoted(_ bytes: [UInt8]) -> String { "\"\(String(decoding: bytes, as: UTF8.self))\"" }
        switch miss {
        case .method:
            let method = question.head.fields.text(question.head.methodRange)
            return "method \(method) is not among \(match.methods.joined(separator: ", "))"
        case .header(let index): return "header " + text(match.headers[index])
        case .query(let index): return "query parameter " + text(match.query[index])
        case .tenant:
            return "tenant \(quoted(question.caller.tenant)) does not fit \(list(match.tenants))"
        case .tier: return "tier \(quoted(question.caller.tier)) does not fit \(list(match.tiers))"
        case .claim(let index): return "claim " + text(match.claims[index])
        case .model:
            let pattern = match.model?.text ?? ""
            guard case .named(let name) = question.model else {
                return "the body names no model to fit \(pattern)"
            }
            return "model \(quoted(name)) does not fit \(pattern)"
        }
    }

    private static func text(_ condition: ValueCondition) -> String {
        "\(condition.name) does not fit \(condition.value.text)"
    }
}
