/// Something in routes and services that cannot be served as it is written.
package struct RoutingProblem: Sendable, Hashable {
    /// Where it stands, such as `routes[3].match.path`.
    package let path: String
    package let message: String

    init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    /// Everything that is wrong, in the order of the configuration; empty when all can be served.
    package static func all(
        routes: [Route],
        services: [ServiceRule]
    ) -> [RoutingProblem] {
        var problems = ServiceProblems(services).problems
        var names: [String: Int] = [:]
        for (index, route) in routes.enumerated() {
            let path = "routes[\(index)]"
            if route.name.isEmpty {
                problems.append(RoutingProblem("\(path).name", "is empty"))
            } else if let first = names[route.name] {
                problems.append(
                    RoutingProblem("\(path).name", "is the name of routes[\(first)] already")
                )
            }
            names[route.name] = names[route.name] ?? index
            problems += RouteProblems(route, at: path, services).problems
        }
        return problems
    }
}
