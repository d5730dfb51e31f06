import Testing

@testable import Config

@Suite struct ConfigLoaderTests {
    private let text = "{ service: 'file', upstream: { engine: 'tgi' }, admin: ':1' }"

    @Test func `flags win over the environment, it over the file, it over defaults`() throws {
        let config = try ConfigText(
            text,
            environment: ["OUTRIDER_SERVICE": "environment", "OUTRIDER_ENGINE": "vllm"],
            flags: [.init(name: "service", value: "flag")]
        ).sidecar()

        #expect(config.server.service == "flag")
        #expect(config.upstream.engine == .vllm)
        #expect(config.server.admin == .any(port: 1))
        #expect(config.server.listen.map(\.address) == [.any(port: 4000)])
    }

    @Test func `a flag given twice makes a list`() throws {
        let config = try ConfigText(
            "{}",
            flags: [.init(name: "listen", value: ":1"), .init(name: "listen", value: "unix:/a")]
        ).sidecar()

        #expect(config.server.listen.map(\.address) == [.any(port: 1), .unix(path: "/a")])
    }

    @Test func `problems of flags and variables name them, after those of the file`() {
        let problems = ConfigText(
            "{ workers: 0 }",
            environment: ["OUTRIDER_ADMIN": "x", "OUTRIDER_SERVICE_HOST": "10.0.0.1"],
            flags: [.init(name: "engine", value: "vlm")]
        ).problems

        #expect(problems.count == 3)
        #expect(problems.first?.hasPrefix("s.json5:1:12: workers: ") == true)
        #expect(problems.dropFirst().first?.hasPrefix("OUTRIDER_ADMIN: admin: \"x\"") == true)
        #expect(problems.last?.hasPrefix("--engine: upstream.engine: \"vlm\"") == true)
    }

    @Test func `a break of syntax does not hide a bad flag`() {
        let problems = ConfigText("{", flags: [.init(name: "admin", value: "x")]).problems

        #expect(problems.count == 2)
    }

    @Test func `files that are named by relative paths lie beside the configuration`() throws {
        let loader = ConfigLoader(readFile: { path in
            path == "etc/token" ? Array("secret\n".utf8) : nil
        })
        let text = "{ adminToken: { file: 'token' } }"

        let outcome = loader.load(.init(name: "etc/s.json5", bytes: Array(text.utf8)))

        guard case .loaded(let loaded) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(loaded.config.server.adminToken == "secret")
        #expect(loaded.files == ["etc/token"])
    }

    @Test func `faults are refused unless they are allowed`() {
        let text = "{ faults: { abort: 503 } }"

        #expect(
            ConfigText(text).problems == [
                "s.json5:1:3: faults: refused unless started with --allow-faults"
            ]
        )
        #expect(ConfigText(text, allowsFaults: true).problems.isEmpty)
    }
}
