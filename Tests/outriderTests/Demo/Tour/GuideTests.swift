import Testing

@testable import outrider

@Suite struct GuideTests {
    private func text(isColoured: Bool) -> String {
        Guide(
            sentiment: .init(traffic: 1001, admin: 1002, model: 1003),
            chat: .init(traffic: 2001, admin: 2002, model: 2003),
            paint: Paint(isColoured: isColoured)
        ).text
    }

    @Test func `every line to copy goes to a port that was chosen`() {
        let commands = text(isColoured: false).split(separator: "\n")
            .filter { $0.hasPrefix("   curl ") }
        let ports = ["1001", "1002", "1003", "2001", "2002", "2003"].map { "127.0.0.1:\($0)/" }

        #expect(commands.count >= 10)
        #expect(commands.allSatisfy { line in ports.contains { line.contains($0) } })
    }

    @Test func `colours are for terminals alone`() {
        #expect(!text(isColoured: false).contains("\u{1b}"))
        #expect(text(isColoured: true).contains("\u{1b}[0m"))
    }
}
