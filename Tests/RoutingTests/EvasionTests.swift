import Base
import Testing
import Wire

@testable import Routing

/// Spellings by which a request might slip past a route: none reaches what the plain one does not.
@Suite struct EvasionTests {
    private let table = RouteTable([
        route("admin", "/admin/**"), route("predict", "/v1/models/m:predict"),
        route("open", "/v1/**"), route("host", "/secret") { $0.host = "internal.example.com" },
    ])

    @Test(arguments: [
        "/v1/../admin", "/v1/%2e%2e/admin", "/v1/%2E%2e/admin", "/v1/.%2e/admin", "/v1/..;/admin",
        "/v1/..;x=y/admin", "/v1/..%3b/admin", "/v1/..%2fadmin", "/v1/%2e%2e%2Fadmin",
        "/v1/..%5cadmin", "/v1\\..\\admin", "/v1//admin", "//admin", "/v1/./admin", "/v1/%2e/admin",
        "/v1/a%00/../admin", "/v1/a%00", "/v1/a%2F..%2F..%2Fadmin", "/%2e%2e/admin", "/v1/a%5c..",
    ]) func `a path that servers read in different ways is refused`(_ path: String) throws {
        #expect(table.name(try head("GET \(path)")) == "refused")
    }

    @Test(arguments: [
        "/v1%2Fadmin", "/v1%2fa", "/Admin", "/ADMIN", "/%41dmin", "/admin%20", "/admin%2F", "/adm",
        "/%61dmin%2Fx", "/%C0%AFadmin", "/admin;x", "/%252Fadmin", "/secret", "/%2Fadmin",
    ]) func `another path is another path`(_ path: String) throws {
        #expect(table.name(try head("GET \(path)")) == "none")
    }

    @Test(arguments: [
        ("/%61dmin", "admin"), ("/%61%64%6D%69%6e/x", "admin"),
        ("/v1/models/m%3Apredict", "predict"),
        ("/v1/models/m%3apredict", "predict"), ("/v1/models/%6D:predict", "predict"),
        ("/v1/%C0%AE%C0%AE/admin", "open"), ("/v1/%252e%252e/admin", "open"), ("/v1/...", "open"),
    ]) func `one path in two spellings meets one route`(_ path: String, _ name: String) throws {
        #expect(table.name(try head("GET \(path)")) == name)
    }

    @Test(arguments: [
        "internal.example.com", "INTERNAL.example.com", "internal.example.com.",
        "internal.example.com:80", "internal.example.com.:443", "Internal.Example.Com:",
    ]) func `one host in several spellings meets one route`(_ host: String) throws {
        #expect(table.name(try head("GET /secret", host: host)) == "host")
    }

    @Test(arguments: [
        "internal.example.com..", "xinternal.example.com", "internal.example.com.evil.net",
        "internal%2Eexample.com", "internal.example.co", ".internal.example.com",
        "internal_example.com",
    ]) func `another host is another host`(_ host: String) throws {
        #expect(table.name(try head("GET /secret", host: host)) == "none")
    }

    @Test func `the host of an absolute target counts, not the field`() throws {
        let asked = try head("GET http://internal.example.com/secret", host: "other")
        let other = try head("GET http://other/secret", host: "internal.example.com")

        #expect(table.name(asked) == "host")
        #expect(table.name(other) == "none")
    }

    /// Plain paths, and the routes that they find, are what every spelling is measured by.
    @Test(arguments: 0..<32) func `a spelling finds the route of what is forwarded`(
        _ seed: UInt64
    )
        throws
    {
        var random = RandomSource(seed: seed)
        let parts = [
            "/", "/admin", "/v1", "/models", "/m", ":predict", "%3A", "%2e", "..", ";", "%2F",
            "%61", "a",
            "%5C", "/%2e%2e", "%252f", "%00", "/secret",
        ]
        for _ in 0..<300 {
            let count = 1 + random.below(6)
            let path = "/" + (0..<count).map { _ in parts[Int(random.below(18))] }.joined()
            let name = table.name(try head("GET \(path)"))
            guard let form = normal(path) else {
                #expect(name == "refused")
                continue
            }
            let bytes = Array(form.utf8)
            var forwarded = ByteBuffer()
            let match = table.match(
                try head("GET \(path)"),
                path: bytes.span,
                caller: .none,
                model: .absent
            )
            if case .route(let route) = match {
                table.appendPath(of: route, bytes.span, to: &forwarded)
                #expect(forwarded.text() == form)
            }
            #expect(table.name(try head("GET \(form)")) == name)
        }
    }
}
