import Testing

@testable import Config

@Suite struct ConfigOverrideTests {
    @Test func `each flag has its variable and names a key that exists`() {
        let paths = Set(ConfigKey<SidecarConfig>.sidecar.map(\.path))

        #expect(
            ConfigOverride.all.map(\.variable) == [
                "OUTRIDER_UPSTREAM", "OUTRIDER_LISTEN", "OUTRIDER_ADMIN", "OUTRIDER_ENGINE",
                "OUTRIDER_SERVICE",
            ]
        )
        #expect(ConfigOverride.all.allSatisfy { paths.contains($0.path) })
    }

    @Test func `a variable holds a list separated by commas`() throws {
        let config = try ConfigText("{}", environment: ["OUTRIDER_UPSTREAM": "a:1, b:2,"]).sidecar()

        #expect(config.upstream.endpoints == [.host("a", port: 1), .host("b", port: 2)])
    }

    @Test func `an empty variable counts as not set`() throws {
        let config = try ConfigText("{ service: 'm' }", environment: ["OUTRIDER_SERVICE": ""])
            .sidecar()

        #expect(config.server.service == "m")
    }
}
