import Testing

@testable import outrider

@Suite struct GuideTests {
    private func text(isColoured: Bool) -> String {
        let places = Guide.Places(
            gateway: .init(traffic: 3001, admin: 3002),
            sentiment: .init(traffic: 1001, admin: 1002, model: 1003),
            candidate: .init(traffic: 1011, admin: 1012, model: 1013),
            chat: .init(traffic: 2001, admin: 2002, model: 2003),
            callers: [
                .init(id: "acme", models: "chat", key: "ork_a", headerFile: "/tmp/x/acme"),
                .init(id: "globex", models: "none", key: "ork_g", headerFile: "/tmp/x/globex"),
            ],
            file: "/tmp/x/gateway.json5",
            keyFile: "/tmp/x/keys.json5"
        )
        let paint = Paint(isColoured: isColoured)
        return Guide(places: places, program: "./outrider", paint: paint).text
    }

    @Test func `every line to copy goes to a port that was chosen`() {
        let commands = text(isColoured: false).split(separator: "\n")
            .filter { $0.hasPrefix("   curl ") }
        let ports = ["1001", "1002", "1003", "2002", "3001", "3002"].map { "127.0.0.1:\($0)/" }

        #expect(commands.count >= 15)
        #expect(commands.allSatisfy { line in ports.contains { line.contains($0) } })
        for port in ports {
            #expect(commands.contains { $0.contains(port) }, "nothing goes to \(port)")
        }
    }

    @Test func `the models are asked through the gateway, with a key`() {
        let questions = text(isColoured: false).split(separator: "\n")
            .filter { $0.hasPrefix("   curl ") && $0.contains("127.0.0.1:3001/") }

        #expect(questions.count { !$0.contains("/tmp/x/") && !$0.contains("ork_") } == 1)
    }

    @Test func `an edit finds what the gateway's file holds`() {
        let file = GatewayText(
            traffic: 3001,
            admin: 3002,
            sentiment: [1001, 1011],
            chat: 2001,
            identityKey: "/tmp/x/key",
            accessLog: "/tmp/x/log"
        )
        let edits = text(isColoured: false).split(separator: "\n")
            .filter { $0.hasPrefix("   sed ") }.map { $0.split(separator: "/") }

        #expect(edits.count == 2)
        #expect(edits.allSatisfy { $0.count > 3 })
        #expect(file.configuration(movedPercent: 0).contains(edits[0][1]))
        #expect(file.configuration(movedPercent: 5).contains(edits[0][2]))
        #expect(edits[1][1] == edits[0][2])
        #expect(edits[1][2] == edits[0][1])
    }

    @Test func `colours are for terminals alone`() {
        #expect(!text(isColoured: false).contains("\u{1b}"))
        #expect(text(isColoured: true).contains("\u{1b}[0m"))
    }
}
