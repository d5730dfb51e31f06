import Testing
import Wire

@testable import Proxy

@Suite struct AdminRouteTests {
    @Test(arguments: [
        ("/", "", AdminRoute.home), ("/livez", "", .liveness), ("/livez", "x=1", .liveness),
        ("/startupz", "", .startup), ("/readyz", "", .readiness(isVerbose: false)),
        ("/readyz", "verbose", .readiness(isVerbose: true)),
        ("/readyz", "a=b&verbose=1", .readiness(isVerbose: true)),
        ("/readyz", "verbosely", .readiness(isVerbose: false)),
        ("/status", "", .status), ("/upstream-livez", "", .upstreamLiveness),
        ("/metrics", "", .metrics), ("/config", "", .config), ("/requests", "", .requests),
        ("/requests/a-b", "", .request(id: "a-b")), ("/drain", "", .drain),
        ("/undrain", "", .undrain), ("/reload", "", .reload),
        ("/wait-for-drain", "", .waitForDrain),
    ])
    func `every page of the contract is found`(
        _ path: String,
        _ query: String,
        _ route: AdminRoute
    ) {
        #expect(AdminRoute(path: path, query: query) == route)
    }

    @Test(arguments: ["", "/nope", "/livez/", "/livez/x", "/LIVEZ", "/requests/", "//", "*"])
    func `nothing else is`(_ path: String) {
        #expect(AdminRoute(path: path, query: "") == nil)
    }

    @Test func `commands take POST alone and pages GET and HEAD`() {
        #expect(AdminRoute.drain.allows(.post) && !AdminRoute.drain.allows(.get))
        #expect(AdminRoute.livenessAllows(.get) && AdminRoute.livenessAllows(.head))
        #expect(!AdminRoute.livenessAllows(.post) && !AdminRoute.livenessAllows(.delete))
        #expect(AdminRoute.waitForDrain.allows(.get))
    }
}

extension AdminRoute {
    fileprivate static func livenessAllows(_ method: Wire.Method) -> Bool {
        AdminRoute.liveness.allows(method)
    }
}
