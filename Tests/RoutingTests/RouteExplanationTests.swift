import Base
import Testing
import Wire

@testable import Routing

@Suite struct RouteExplanationTests {
    private func lines(
        _ routes: [Route],
        _ head: RequestHead,
        model: ModelKnowledge = .absent
    ) -> [String] {
        let bytes = Array((normal(head.fields.text(head.path)) ?? "").utf8)
        return RouteTable(routes).explain(head, path: bytes.span, caller: .none, model: model)
            .map(\.text)
    }

    @Test func `every route says why`() throws {
        let routes = [
            route("taken", "/a/*") { $0.methods = ["GET"] }, route("host") { $0.host = "b.c" },
            route("path", "/b"), route("method") { $0.methods = ["POST", "PUT"] },
            route("header") { $0.headers = [.init(name: "x-a", value: Wildcard("1"))] },
            route("query") { $0.query = [.init(name: "v", value: Wildcard("*"))] },
            route("tenant") { $0.tenants = [Wildcard("x"), Wildcard("y*")] },
            route("tier") { $0.tiers = [Wildcard("gold")] },
            route("claim") { $0.claims = [.init(name: "org", value: Wildcard("z"))] },
            route("model") { $0.model = Wildcard("llama-*") }, route("bad", "b"),
            route("broad"), route("plain", "/a/*"),
            route("second", "/a/{version}") { $0.methods = ["GET"] },
        ]

        #expect(
            lines(routes, try head("GET /a/b")) == [
                "taken: fits and is taken", "host: host api.example.com is not b.c",
                "path: path /a/b does not fit /b", "method: method GET is not among POST, PUT",
                "header: header x-a does not fit 1", "query: query parameter v does not fit *",
                "tenant: tenant \"\" does not fit x, y*", "tier: tier \"\" does not fit gold",
                "claim: claim org does not fit z", "model: the body names no model to fit llama-*",
                "bad: is malformed and never matches",
                "broad: fits, but the path of taken is more specific",
                "plain: fits, but taken has more conditions",
                "second: fits, but taken stands before it",
            ]
        )
    }

    @Test func `hosts and models are explained`() throws {
        let routes = [
            route("a") { $0.host = "*.example.com" }, route("b"),
            route("c") { $0.model = Wildcard("x") },
        ]
        let asked = try head("GET /")

        #expect(
            lines(routes, asked, model: .named(Array("y".utf8))) == [
                "a: fits and is taken", "b: fits, but the host of a is more specific",
                "c: model \"y\" does not fit x",
            ]
        )
        #expect(
            lines([routes[2], routes[1]], asked, model: .unread) == [
                "c: depends on the model, which is not known", "b: fits",
            ]
        )
    }

    /// Hosts, paths and conditions by chance, few enough that several fit.
    private static func randomRoutes(_ random: inout RandomSource) -> [Route] {
        let paths = [
            "/**", "/a/**", "/a", "/a/b", "/*", "/*/b", "/a/*", "/{version}/b", "/*/b/**",
            "/a/b/**", "/",
            "/a/*/c", "/a/{version}/**", "/a/b:c",
        ]
        let hosts = [nil, nil, nil, "a.b", "*.b", "*.a.b", "c.a.b"]
        return (0..<40).map { index in
            route("\(index)", paths[Int(random.below(14))]) {
                $0.host = hosts[Int(random.below(7))]
                if random.below(3) == 0 { $0.methods = [["GET", "POST"][Int(random.below(2))]] }
                if random.below(3) == 0 { $0.model = Wildcard(["x", "y*"][Int(random.below(2))]) }
                if random.below(4) == 0 { $0.headers = [.init(name: "x-h", value: Wildcard("1"))] }
            }
        }
    }

    /// How specific a route is, by another way than the table's.
    private static func rank(_ table: RouteTable, _ route: Int) -> [Int] {
        let host =
            switch table.hosts[route] {
            case .exact: 0
            case .suffix(let suffix): 1_000 - suffix.count
            case nil: 1_000
            }
        let shape = table.paths[route]?.shape ?? ""
        let places = (0..<8).map { place in
            guard place < shape.count else { return 0 }
            return ["=": 0, "?": 1, "*": 2][shape[shape.index(shape.startIndex, offsetBy: place)]]
                ?? 9
        }
        return [host] + places + [-table.conditions[route].count, route]
    }

    @Test(arguments: 0..<40)
    func `the table takes the most specific of all that fit`(_ seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let table = RouteTable(Self.randomRoutes(&random))
        let paths = [
            "/", "/a", "/a/", "/a/b", "/a/b/c", "/x/b", "/x", "/a/x/c", "/a/b%3Ac", "/x/b/c",
        ]
        for path in paths {
            for host in ["a.b", "x.a.b", "c.a.b:80", "x", "X.B"] {
                let fields = random.below(2) == 0 ? ["x-h: 1"] : []
                let head = try head(
                    "\(["GET", "POST"][Int(random.below(2))]) \(path)",
                    host: host,
                    fields
                )
                let bytes = Array(path.utf8)
                let name = Array(["x", "yy", "z"][Int(random.below(3))].utf8)
                let explained = table.explain(
                    head,
                    path: bytes.span,
                    caller: .none,
                    model: .named(name)
                )
                let fitting = explained.filter { $0.text.contains(": fits") }.map(\.route)
                let best = fitting.min {
                    Self.rank(table, $0).lexicographicallyPrecedes(Self.rank(table, $1))
                }

                #expect(explained.first(where: \.isTaken)?.route == best, "\(path) at \(host)")
            }
        }
    }
}
