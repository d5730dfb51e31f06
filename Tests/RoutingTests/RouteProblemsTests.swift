import Base
import Testing

@testable import Routing

@Suite struct RouteProblemsTests {
    private func problems(_ change: (inout Route) -> Void) -> [String] {
        var rule = ServiceRule(name: "s", split: .percent([100]))
        rule.versions = ["1.0.0"].compactMap { SemanticVersion($0) }
        var route = Route(name: "a", service: "s")
        change(&route)
        return RouteProblems(route, at: "routes[0]", [rule]).problems.map {
            "\($0.path): \($0.message)"
        }
    }

    @Test func `hosts and paths`() {
        #expect(
            problems { $0.match.host = "A.b" } == [
                "routes[0].match.host: is to be written in lower case"
            ]
        )
        #expect(
            problems { $0.match.path = "/a*" } == [
                "routes[0].match.path: has a \"*\" that is not a whole segment"
            ]
        )
        #expect(problems { $0.match.path = "/a/../b" }.count == 1)
    }

    @Test func `names of methods, fields and parameters`() {
        #expect(
            problems { $0.match.methods = ["GET", "post", "a b", ""] } == [
                "routes[0].match.methods[1]: is to be written in upper case",
                "routes[0].match.methods[2]: is no method",
                "routes[0].match.methods[3]: is no method",
            ]
        )
        #expect(
            problems { $0.match.headers = [.init(name: "X-A", value: Wildcard("*"))] } == [
                "routes[0].match.headers.X-A: is to be written in lower case"
            ]
        )
        #expect(
            problems { $0.match.headers = [.init(name: "a b", value: Wildcard("*"))] }.count == 1
        )
        #expect(problems { $0.match.query = [.init(name: "", value: Wildcard("*"))] }.count == 1)
        #expect(problems { $0.match.claims = [.init(name: "", value: Wildcard("*"))] }.count == 1)
        #expect(problems { $0.match.tenants = [Wildcard("")] }.count == 1)
        #expect(problems { $0.match.tiers = [Wildcard("")] }.count == 1)
        #expect(problems { $0.match.model = Wildcard("") }.count == 1)
    }

    @Test func `services and versions that are not there`() {
        #expect(problems { $0.service = "t" } == ["routes[0].service: there is no service \"t\""])
        #expect(
            problems { $0.version = VersionRange("^2") } == [
                "routes[0].version: no version of s fits ^2"
            ]
        )
        #expect(problems { $0.version = VersionRange("1") } == [])
    }

    @Test func `a rewrite that keeps a tail which is not there`() {
        #expect(
            problems {
                $0.match.path = "/a"
                $0.rewrite = "/b/**"
            } == [
                "routes[0].rewrite: ends in \"/**\", but match.path does not"
            ]
        )
        #expect(problems { $0.rewrite = "b" }.count == 1)
        #expect(
            problems {
                $0.match.path = "/a/**"
                $0.rewrite = "/b/**"
            } == []
        )
        #expect(
            problems {
                $0.match.path = "/a/**"
                $0.rewrite = "/b"
            } == []
        )
    }

    @Test(arguments: [
        "Content-Length", "transfer-encoding", "connection", "host", "upgrade",
        "x-outrider-identity",
        "X_Outrider.Anything", "a b", "", "x:y",
    ]) func `fields that cannot be edited`(_ name: String) {
        #expect(problems { $0.requestHeaders.remove = [name] }.count == 1)
        #expect(problems { $0.requestHeaders.set = [.init(name: name, value: "1")] }.count == 1)
        #expect(problems { $0.responseHeaders.add = [.init(name: name, value: "1")] }.count == 1)
    }

    @Test func `a line break in a value`() {
        #expect(
            problems { $0.requestHeaders.add = [.init(name: "x-a", value: "1\r\nx-b: 2")] } == [
                "routes[0].requestHeaders.add.x-a: has a control character in its value"
            ]
        )
        #expect(
            problems { $0.requestHeaders.add = [.init(name: "x-a", value: "1\t2 \u{e9}")] } == []
        )
    }
}
