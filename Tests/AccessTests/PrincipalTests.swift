import Base
import Telemetry
import Testing

@testable import Access

@Suite struct PrincipalTests {
    private let caller = Caller(subject: "ann", tenant: "acme", tier: "gold")

    @Test(
        arguments: [
            ([], true), (["a"], true), (["a", "c"], true), (["b"], false), (["a", "b"], false),
            (["A"], false), (["a "], false),
        ]
    )
    func `every scope that is required must be there`(_ required: [String], _ isAllowed: Bool) {
        let principal = Principal(caller: caller, scopes: ["c", "a", "c"])

        #expect(principal.has(scopes: required) == isAllowed)
    }

    @Test func `scopes are sorted and stand once`() {
        #expect(Principal(caller: caller, scopes: ["c", "a", "c"]).scopes == ["a", "c"])
    }

    @Test func `without a list of models every model may be used`() {
        #expect(Principal(caller: caller).mayUse("anything"))
        #expect(!Principal(caller: caller, models: []).mayUse("anything"))
    }

    @Test(arguments: [("llama-3", true), ("llama-", true), ("gpt", true), ("gpt-4", false)])
    func `a model must fit one of the patterns`(_ model: String, _ isAllowed: Bool) {
        let principal = Principal(caller: caller, models: [Wildcard("llama-*"), Wildcard("gpt")])
        let bytes = Array(model.utf8)
        let isAllowedByBytes = principal.mayUse(bytes.span)

        #expect(principal.mayUse(model) == isAllowed)
        #expect(isAllowedByBytes == isAllowed)
    }

    @Test func `each principal has a number of its own`() {
        let numbers = Set((0..<100).map { _ in Principal(caller: caller).serial })

        #expect(numbers.count == 100)
    }

    @Test func `claims are found by their names`() {
        let principal = Principal(caller: caller, claims: [.init(name: "plan", value: "x")])

        #expect(principal.claim("plan") == "x")
        #expect(principal.claim("other") == nil)
    }
}
