import Testing

@testable import Routing

@Suite struct FallbackChainTests {
    private func service(
        _ name: String,
        _ fallback: [String],
        versions: [String] = ["1.0.0"]
    )
        -> ServiceRule
    {
        let shares = versions.indices.map { $0 == 0 ? 100.0 : 0 }
        var rule = ServiceRule(name: name, split: .percent(shares))
        rule.versions = versions.compactMap { SemanticVersion($0) }
        rule.fallback = fallback
        return rule
    }

    private func chain(_ services: [ServiceRule], of target: Int = 0) -> [String] {
        let chooser = ServiceChooser(services)
        return chooser.fallbacks(of: target).map { index in
            let target = chooser.targets[index]
            return services[target.service].name
                + "@\(services[target.service].versions[target.version].text)"
        }
    }

    @Test func `what stands in is tried in order, and what stands in for it`() {
        let services = [
            service("a", ["b", "@1.0.0", "c"], versions: ["1.0.0", "2.0.0"]), service("b", ["d"]),
            service("c", []), service("d", ["c"]),
        ]

        #expect(chain(services, of: 1) == ["b@1.0.0", "d@1.0.0", "c@1.0.0", "a@1.0.0"])
        #expect(chain(services, of: 0) == ["b@1.0.0", "d@1.0.0", "c@1.0.0"])
        #expect(chain(services, of: 3) == [])
        #expect(chain(services, of: 2) == ["d@1.0.0", "c@1.0.0"])
    }

    @Test func `a circle ends where it began`() {
        let services = [service("a", ["b"]), service("b", ["c"]), service("c", ["b", "a"])]

        #expect(chain(services) == ["b@1.0.0", "c@1.0.0"])
        #expect(chain(services, of: 1) == ["c@1.0.0", "a@1.0.0"])
        #expect(chain([service("a", ["a"])]) == [])
    }

    @Test func `what does not exist is left out`() {
        let services = [service("a", ["x", "@9", "@", "b"]), service("b", [], versions: [])]

        #expect(chain(services) == [])
    }

    @Test func `a service stands in by its main version`() {
        var other = service("b", [], versions: ["1.0.0", "2.0.0"])
        other.split = .percent([20, 80])

        #expect(chain([service("a", ["b"]), other]) == ["b@2.0.0"])
    }
}
