import Base
import Testing
import Wire

@testable import Routing

@Suite struct RouteTableTests {
    private let paths = RouteTable([
        route("all"), route("v1", "/v1/**"), route("chat", "/v1/chat/completions"),
        route("chat tree", "/v1/chat/**"), route("one", "/v1/*"), route("one deeper", "/v1/*/info"),
        route("version", "/models/{version}/predict"), route("slash", "/v1/chat/"),
        route("colon", "/v1/models/a:predict"), route("literal late", "/x/*/b/c"),
        route("literal early", "/x/a/*/*"),
    ])

    @Test(arguments: [
        ("/", "all"), ("/v1", "v1"), ("/v1/", "v1"), ("/v1/chat/completions", "chat"),
        ("/v1/chat/completions/", "chat tree"), ("/v1/chat", "chat tree"), ("/v1/chat/", "slash"),
        ("/v1/chat/a/b", "chat tree"), ("/v1/a", "one"), ("/v1/a/info", "one deeper"),
        ("/v1/a/b", "v1"), ("/v1/chat/info", "chat tree"), ("/models/1.4/predict", "version"),
        ("/models//predict", "refused"), ("/models/predict", "all"), ("/x/a/b/c", "literal early"),
        ("/x/d/b/c", "literal late"), ("/v1x", "all"), ("/V1/a", "all"),
        ("/v1/models/a:predict", "colon"),
        ("/v1/models/a%3Apredict", "colon"), ("/v1%2Fchat", "all"), ("/v1%2fa", "all"),
        ("/v1/chat%2Fcompletions", "one"), ("/%76%31/a", "one"),
    ]) func `the most specific path wins`(_ path: String, _ name: String) throws {
        #expect(paths.name(try head("GET \(path)")) == name)
    }

    @Test func `a path without wildcards wins over every other`() throws {
        let table = RouteTable([
            route("many conditions", "/v1/**") { $0.methods = ["GET"] }, route("exact", "/v1/a"),
        ])

        #expect(table.name(try head("GET /v1/a")) == "exact")
    }

    @Test func `only a path that is asked for finds a route`() throws {
        let table = RouteTable([route("a", "/a")])

        #expect(table.name(try head("OPTIONS *")) == "none")
        #expect(table.name(try head("GET /b")) == "none")
        #expect(RouteTable([]).name(try head("GET /b")) == "none")
        #expect(RouteTable([route("root", "/")]).name(try head("GET http://a")) == "root")
    }

    @Test func `a route that is malformed never matches`() throws {
        let table = RouteTable([
            route("bad path", "v1"), route("bad host") { $0.host = "A" }, route("good", "/**"),
        ])

        #expect(table.name(try head("GET /v1")) == "good")
    }

    private let hosts = RouteTable([
        route("none", "/a/b/c"), route("suffix", "/a/**") { $0.host = "*.example.com" },
        route("long suffix") { $0.host = "*.eu.example.com" },
        route("exact") {
            $0.host = "api.example.com"
            $0.methods = ["GET"]
        },
        route("literal") { $0.host = "[::1]" },
    ])

    @Test(arguments: [
        ("api.example.com", "exact"), ("API.Example.COM", "exact"),
        ("api.example.com:8080", "exact"),
        ("api.example.com.", "exact"), ("api.example.com.:80", "exact"),
        ("b.example.com", "suffix"), ("b.api.example.com", "suffix"),
        ("x.eu.example.com", "long suffix"),
        ("eu.example.com", "suffix"), ("example.com", "none"), ("xexample.com", "none"),
        (".example.com", "none"), ("api.example.com..", "none"),
        ("api.example.com.evil.com", "none"),
        ("[::1]", "literal"), ("[::1]:80", "literal"), ("[::2]", "none"),
        ("api%2Eexample.com", "none"),
        ("localhost", "none"), ("api.example.com:", "exact"),
    ]) func `the most specific host wins`(_ host: String, _ name: String) throws {
        #expect(hosts.name(try head("GET /a/b/c", host: host)) == name)
    }

    @Test func `a host whose routes do not fit leaves the others`() throws {
        #expect(hosts.name(try head("POST /a/b/c")) == "suffix")
        #expect(hosts.name(try head("POST /b")) == "none")
    }

    @Test func `a name longer than any host fits no host`() throws {
        let long = String(repeating: "a.", count: 200) + "example.com"

        #expect(hosts.name(try head("GET /a/b", host: long)) == "none")
        #expect(hosts.name(try head("GET /a/b/c", host: long)) == "none")
    }

    @Test func `more conditions win, then the order in the file`() throws {
        let table = RouteTable([
            route("plain"), route("second plain"), route("get") { $0.methods = ["GET"] },
            route("get with header") {
                $0.methods = ["GET", "PURGE"]
                $0.headers = [ValueCondition(name: "x-beta", value: Wildcard("*"))]
            },
        ])

        #expect(table.name(try head("POST /")) == "plain")
        #expect(table.name(try head("GET /")) == "get")
        #expect(table.name(try head("GET /", ["X-Beta: "])) == "get with header")
        #expect(table.name(try head("PURGE /", ["X-Beta: 1"])) == "get with header")
        #expect(table.name(try head("BREW /", ["X-Beta: 1"])) == "plain")
    }

    private let models = RouteTable([
        route("llama", "/v1/chat") { $0.model = Wildcard("llama-*") },
        route("gpt", "/v1/chat") { $0.model = Wildcard("gpt-4") },
        route("gpt of gold", "/v1/chat") {
            $0.model = Wildcard("gpt-4")
            $0.tiers = [Wildcard("gold")]
        },
        route("other", "/v1/chat"), route("tree", "/v1/**") { $0.model = Wildcard("*") },
    ])

    @Test func `the model is asked for only where it decides`() throws {
        let chat = try head("POST /v1/chat")

        #expect(models.name(chat, .none, .unread) == "needs model")
        #expect(models.name(chat, .none, .absent) == "other")
        #expect(models.name(chat, .none, .named(Array("llama-3".utf8))) == "llama")
        #expect(models.name(chat, .none, .named(Array("gpt-4".utf8))) == "gpt")
        #expect(models.name(chat, .none, .named(Array("gpt-4o".utf8))) == "other")
        let gold = CallerTraits(tier: "gold")
        #expect(models.name(chat, gold, .named(Array("gpt-4".utf8))) == "gpt of gold")
        #expect(models.name(try head("POST /v2"), .none, .unread) == "none")
        #expect(models.name(try head("POST /v1/x"), .none, .unread) == "needs model")
        #expect(models.name(try head("POST /v1/x"), .none, .named([])) == "tree")
    }

    @Test func `a more specific route without model spares the look`() throws {
        let table = RouteTable([
            route("exact", "/v1/chat"), route("tree", "/v1/**") { $0.model = Wildcard("a") },
        ])

        #expect(table.name(try head("POST /v1/chat"), .none, .unread) == "exact")
    }

    @Test func `the segment that names the version is found`() throws {
        let table = RouteTable([
            route("a", "/models/{version}/**"), route("b", "/{version}"), route("c", "/c"),
        ])
        func segment(_ route: Int, _ path: String) -> String? {
            let bytes = Array(path.utf8)
            return table.versionSegment(of: route, path: bytes.span).map {
                String(decoding: $0, as: UTF8.self)
            }
        }

        #expect(segment(0, "/models/1.4/x") == "1.4")
        #expect(segment(0, "/models/%5E1") == "^1")
        #expect(segment(0, "/models") == nil)
        #expect(segment(1, "/1.4.0-rc.1+a") == "1.4.0-rc.1+a")
        #expect(segment(1, "/") == nil)
        #expect(segment(2, "/c") == nil)
    }
}
