import Testing

@testable import Routing

@Suite struct ServiceProblemsTests {
    private func service(_ name: String, _ fallback: [String] = []) -> ServiceRule {
        var rule = ServiceRule(name: name, split: .percent([60, 40]))
        rule.versions = ["1.0.0", "2.0.0"].compactMap { SemanticVersion($0) }
        rule.fallback = fallback
        return rule
    }

    private func problems(_ services: [ServiceRule]) -> [String] {
        ServiceProblems(services).problems.map { "\($0.path): \($0.message)" }
    }

    private func problems(_ change: (inout ServiceRule) -> Void) -> [String] {
        var rule = service("s")
        change(&rule)
        return problems([rule])
    }

    @Test func `a split that cannot be followed`() {
        #expect(
            problems { $0.split = .percent([60, 30]) } == [
                "services.s.split: sums to 90.0, not to 100"
            ]
        )
        #expect(
            problems { $0.split = .percent([100]) } == [
                "services.s.split: does not name every version once"
            ]
        )
        #expect(problems { $0.split = .percent([-10, 110]) }.count == 1)
        #expect(problems { $0.split = .percent([.nan, 50]) }.count == 1)
        #expect(problems { $0.split = .percent([33.3333, 66.6667]) } == [])
        #expect(
            problems { rule in
                rule.split = SemanticVersion("3").map { .stable($0) } ?? rule.split
            } == ["services.s.stable: there is no version 3"]
        )
    }

    @Test func `versions that are missing or the same`() {
        #expect(
            problems {
                $0.versions = []
                $0.split = .percent([])
            } == [
                "services.s.versions: has no version"
            ]
        )
        #expect(
            problems { $0.versions = ["1.4", "1.4.0"].compactMap { .init($0) } } == [
                "services.s.versions: 1.4 and 1.4.0 are the same version"
            ]
        )
    }

    @Test func `names that cannot be`() {
        #expect(problems { $0.stickiness = .header("X-A") }.count == 1)
        #expect(problems { $0.stickiness = .header("") }.count == 1)
        #expect(problems { $0.versionHeader = "a b" }.count == 1)
        #expect(problems { $0.versionQuery = "" }.count == 1)
        #expect(problems([service("a"), service("a")]) == ["services.a: is there twice"])
        #expect(problems([service("")]).count == 1)
    }

    @Test func `fallbacks that lead nowhere or round`() {
        #expect(
            problems([service("a", ["b", "@3", "a", "@2.0.0", "@2.0.0"])]) == [
                "services.a.fallback[0]: there is no service \"b\"",
                "services.a.fallback[1]: there is no version 3",
                "services.a.fallback[2]: is the service itself",
                "services.a.fallback[4]: is there twice",
            ]
        )
        #expect(
            problems([service("a", ["b"]), service("b", ["c"]), service("c", ["a"])]) == [
                "services.a.fallback: goes in a circle: a, b, c, a",
                "services.b.fallback: goes in a circle: b, c, a, b",
                "services.c.fallback: goes in a circle: c, a, b, c",
            ]
        )
        #expect(problems([service("a", ["b", "c"]), service("b", ["c"]), service("c")]) == [])
        #expect(
            problems([service("x", ["a"]), service("a", ["b"]), service("b", ["a"])]).count == 2
        )
    }
}
