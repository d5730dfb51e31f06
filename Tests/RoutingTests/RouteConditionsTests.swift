import Base
import Testing
import Wire

@testable import Routing

@Suite struct RouteConditionsTests {
    private func miss(
        _ head: RequestHead,
        _ caller: CallerTraits = .none,
        _ change: (inout RouteMatch) -> Void
    ) -> RouteConditions.Miss? {
        var match = RouteMatch()
        change(&match)
        return RouteConditions(match).firstMiss(RouteQuestion(head, caller, .unread))
    }

    private func condition(_ name: String, _ value: String) -> ValueCondition {
        ValueCondition(name: name, value: Wildcard(value))
    }

    @Test(arguments: [
        (["GET"], "GET", true), (["GET"], "HEAD", false), (["PURGE"], "PURGE", true),
        (["PURGE"], "BREW", false), (["GET"], "get", false), ([], "BREW", true),
        (["GET", "BREW"], "BREW", true),
    ]) func `methods are compared with case`(
        _ methods: [String],
        _ method: String,
        _ fits: Bool
    )
        throws
    {
        #expect((miss(try head("\(method) /")) { $0.methods = methods } == nil) == fits)
    }

    @Test func `one line of several with the name is enough`() throws {
        let asked = try head("GET /", ["X-Plan: free", "x-plan: gold", "accept: a, b"])

        #expect(miss(asked) { $0.headers = [condition("x-plan", "gold")] } == nil)
        #expect(miss(asked) { $0.headers = [condition("x-plan", "go*")] } == nil)
        #expect(miss(asked) { $0.headers = [condition("accept", "a, *")] } == nil)
        #expect(miss(asked) { $0.headers = [condition("x-plan", "Gold")] } == .header(0))
        #expect(
            miss(asked) { $0.headers = [condition("accept", "*"), condition("x-a", "*")] }
                == .header(1)
        )
    }

    @Test func `a dropped line is not there`() throws {
        var asked = try head("GET /", ["connection: x-plan", "accept: a"])
        asked.fields.drop(.accept)

        #expect(miss(asked) { $0.headers = [condition("accept", "*")] } == .header(0))
    }

    @Test func `the query is read behind the path`() throws {
        let asked = try head("GET /a?beta=1&x")

        #expect(miss(asked) { $0.query = [condition("beta", "1"), condition("x", "*")] } == nil)
        #expect(miss(asked) { $0.query = [condition("gamma", "*")] } == .query(0))
        #expect(miss(try head("GET /beta=1")) { $0.query = [condition("beta", "1")] } == .query(0))
        #expect(miss(try head("GET /?")) { $0.query = [condition("beta", "1")] } == .query(0))
    }

    @Test func `tenant, tier and claims must be known to fit`() throws {
        let asked = try head("GET /")
        let caller = CallerTraits(
            tenant: "acme",
            tier: "gold",
            claims: [.init(name: "group", value: "a"), .init(name: "group", value: "b")]
        )

        #expect(miss(asked, caller) { $0.tenants = [Wildcard("x"), Wildcard("ac*")] } == nil)
        #expect(miss(asked, caller) { $0.tenants = [Wildcard("x")] } == .tenant)
        #expect(miss(asked) { $0.tenants = [Wildcard("*")] } == .tenant)
        #expect(miss(asked, caller) { $0.tiers = [Wildcard("gold")] } == nil)
        #expect(miss(asked) { $0.tiers = [Wildcard("*")] } == .tier)
        #expect(miss(asked, caller) { $0.claims = [condition("group", "b")] } == nil)
        #expect(miss(asked, caller) { $0.claims = [condition("group", "c")] } == .claim(0))
        #expect(miss(asked) { $0.claims = [condition("group", "*")] } == .claim(0))
    }

    @Test func `conditions are counted`() {
        var match = RouteMatch()
        #expect(RouteConditions(match).count == 0)

        match.methods = ["GET", "POST"]
        match.headers = [condition("a", "1"), condition("b", "2")]
        match.tenants = [Wildcard("a"), Wildcard("b")]
        match.model = Wildcard("*")
        #expect(RouteConditions(match).count == 5)
    }
}
