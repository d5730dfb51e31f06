import Base
import Routing
import Testing

@Suite struct RouteCopyTests {
    @Test func `a copy says the same`() {
        var route = Route(name: "a route with a long name", service: "a service with a long name")
        route.match.path = "/v1/a/long/path/that/is/no/small/text/**"
        route.match.methods = ["POST"]
        route.match.model = Wildcard("llama-*")
        route.match.headers = [ValueCondition(name: "x-beta", value: Wildcard("*"))]
        route.match.tenants = [Wildcard("acme")]
        route.version = VersionRange("^1.4")
        route.scopes = ["chat:invoke"]
        route.rewrite = "/x/**"
        route.requestHeaders.set = [.init(name: "x-a", value: "b")]
        route.keepsCredential = true

        #expect("\(route.copy)" == "\(route)")
    }
}
