import Base
import Testing
import Wire

@testable import Routing

@Suite struct ServiceChooserTests {
    private func version(_ text: String) throws -> SemanticVersion {
        try #require(SemanticVersion(text))
    }

    private func service(
        _ shares: [Double],
        _ stickiness: ServiceRule.Stickiness = .user,
        name: String = "s"
    ) throws -> ServiceRule {
        var rule = ServiceRule(name: name, split: .percent(shares))
        rule.versions = try ["1.4.0", "1.5.0", "2.0.0"].prefix(shares.count).map { try version($0) }
        rule.stickiness = stickiness
        return rule
    }

    private func choose(
        _ chooser: ServiceChooser,
        _ caller: CallerTraits = .none,
        range: String? = nil,
        segment: String? = nil,
        head: RequestHead = RequestHead(),
        seed: UInt64 = 0
    ) -> Int? {
        var random = RandomSource(seed: seed)
        return chooser.choose(
            service: 0,
            range: range.flatMap { VersionRange($0) },
            segment: segment.map { Array($0.utf8) },
            head: head,
            caller: caller,
            random: &random
        )
    }

    private static let callers = (0..<100_000).map { CallerTraits(subject: "user-\($0)") }

    private func choices(_ shares: [Double]) throws -> [Int] {
        let chooser = ServiceChooser([try service(shares)])
        return Self.callers.map { choose(chooser, $0) ?? -1 }
    }

    @Test(arguments: [
        [95.0, 5], [50, 50], [90, 7.5, 2.5], [99.9, 0.1], [0, 100], [100, 0], [0, 60, 40],
    ])
    func `each version meets its share of 100,000 callers`(_ shares: [Double]) throws {
        let chosen = try choices(shares)

        for (version, share) in shares.enumerated() {
            let count = chosen.count { $0 == version }
            let percent = Double(count) / 1_000
            #expect(abs(percent - share) < 0.5, "\(percent) of \(share)")
            #expect(share > 0 || count == 0)
        }
    }

    @Test func `moving a split moves only the callers it must`() throws {
        let before = try choices([95, 5])
        let after = try choices([90, 10])
        let moved = zip(before, after).count { $0 != $1 }

        #expect(abs(Double(moved) / 1_000 - 5) < 0.5)
        #expect(zip(before, after).allSatisfy { $0 == $1 || $0 == 0 && $1 == 1 })
    }

    @Test func `the same caller meets the same version`() throws {
        let one = ServiceChooser([try service([50, 50])])
        let other = ServiceChooser([try service([50, 50])])

        for caller in Self.callers.prefix(1_000) {
            #expect(choose(one, caller, seed: 1) == choose(other, caller, seed: 2))
        }
    }

    @Test func `services do not share their first callers`() throws {
        let one = ServiceChooser([try service([90, 10])])
        let other = ServiceChooser([try service([90, 10], name: "t")])
        let both = Self.callers.prefix(10_000).count {
            choose(one, $0) == 1 && choose(other, $0) == 1
        }

        #expect(both < 200)
    }

    @Test func `without a sticky value chance decides`() throws {
        let unsticky = ServiceChooser([try service([50, 50], .none)])
        let anonymous = ServiceChooser([try service([50, 50])])
        for chooser in [unsticky, anonymous] {
            let second = (0..<10_000).count {
                choose(chooser, CallerTraits(tenant: "t"), seed: UInt64($0)) == 1
            }

            #expect((4_700...5_300).contains(second))
        }
    }

    @Test func `tenant and header hold a caller too`() throws {
        let tenant = ServiceChooser([try service([50, 50], .tenant)])
        let header = ServiceChooser([try service([50, 50], .header("x-session"))])
        let session = try head("GET /", ["X-Session: abc"])
        let choices = (0..<100).map {
            [
                choose(tenant, CallerTraits(tenant: "a"), seed: $0),
                choose(header, head: session, seed: $0),
            ]
        }

        #expect(Set(choices).count == 1)
    }

    @Test func `one stable version has every caller`() throws {
        var rule = try service([50, 50])
        rule.split = .stable(try version("1.4.0"))
        let chooser = ServiceChooser([rule])

        #expect((0..<100).allSatisfy { choose(chooser, seed: $0) == 0 })
    }

    @Test func `the route's range comes before what the request names`() throws {
        let chooser = ServiceChooser([try service([100, 0, 0])])

        #expect(choose(chooser, range: "^1.4", segment: "2") == 1)
        #expect(choose(chooser, range: "3", segment: "2") == nil)
        #expect(choose(chooser, segment: "1.4.0") == 0)
        #expect(choose(chooser, segment: "1.x") == 1)
        #expect(choose(chooser, segment: "latest") == nil)
        #expect(choose(chooser, segment: "1.4.1") == nil)
    }

    @Test func `a header or the query names the version where it may`() throws {
        var rule = try service([100, 0, 0])
        let named = try head("GET /?v=2.0.0", ["X-Version: ~1.5"])
        #expect(choose(ServiceChooser([rule]), head: named) == 0)

        rule.versionQuery = "v"
        #expect(choose(ServiceChooser([rule]), head: named) == 2)

        rule.versionHeader = "x-version"
        #expect(choose(ServiceChooser([rule]), head: named) == 1)
        #expect(choose(ServiceChooser([rule]), segment: "1.4.0", head: named) == 0)
        let unknown = try head("GET /", ["x-version: 7"])
        #expect(choose(ServiceChooser([rule]), head: unknown) == nil)
        let escaped = try head("GET /?v=%5E1")
        #expect(choose(ServiceChooser([rule]), head: escaped) == 1)
        #expect(choose(ServiceChooser([rule]), head: try head("GET /?w=2")) == 0)
    }

    @Test func `targets stand one service behind the other`() throws {
        let chooser = ServiceChooser([
            try service([50, 50], name: "a"), try service([100], name: "b"),
        ])

        #expect(chooser.targets.map(\.service) == [0, 0, 1])
        #expect(chooser.targets.map(\.version) == [0, 1, 0])
        #expect(chooser.target(service: 1, version: 0) == 2)
        #expect(chooser.service(named: "b") == 1)
        #expect(chooser.service(named: "c") == nil)
    }

    @Test func `a service without versions serves nobody`() {
        let chooser = ServiceChooser([ServiceRule(name: "s", split: .percent([]))])

        #expect(choose(chooser) == nil)
    }
}
