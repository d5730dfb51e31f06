import Testing

@testable import Config

@Suite struct EffectiveConfigTests {
    @Test func `each value says where it came from`() throws {
        let loaded = try ConfigText(
            "{ service: 'm',\n timeouts: { idle: '3s' } }",
            environment: ["OUTRIDER_ADMIN": ":9"],
            flags: [.init(name: "listen", value: ":8")]
        ).load()

        let tree = loaded.effective.tree
        #expect(
            tree.at("timeouts.idle")?.line
                == #"{"value": "3s", "source": "file", "at": "s.json5:2:14"}"#
        )
        #expect(tree.at("timeouts.connect")?.line == #"{"value": "1s", "source": "default"}"#)
        #expect(
            tree.at("admin")?.line
                == #"{"value": ":9", "source": "environment", "at": "OUTRIDER_ADMIN"}"#
        )
        #expect(
            tree.at("listen")?.line == #"{"value": [":8"], "source": "flag", "at": "--listen"}"#
        )
    }

    @Test func `a secret is never shown, wherever it came from`() throws {
        let texts = ["'hunter2'", "{ env: 'TOKEN' }", "{ file: '/token' }"]

        for text in texts {
            let loaded = try ConfigText(
                "{ adminToken: \(text) }",
                environment: ["TOKEN": "hunter2"],
                files: ["/token": Array("hunter2\n".utf8)]
            ).load()

            #expect(loaded.config.server.adminToken == "hunter2")
            #expect(!loaded.effective.text.contains("hunter2"))
            #expect(loaded.effective.tree.at("adminToken.value") == .text("•••"))
        }
    }
}
