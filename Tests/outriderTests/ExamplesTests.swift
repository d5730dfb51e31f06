import Config
import Foundation
import Testing

/// Every example of deploy/ loads.
@Suite struct ExamplesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "deploy/examples")

    @Test(arguments: [
        ("sidecar.json5", ProxyConfig.Role.sidecar), ("gateway.json5", .gateway),
    ])
    func `an example loads without a problem`(_ name: String, _ role: ProxyConfig.Role) throws {
        let path = Self.folder.appending(path: name).path
        let loader = ConfigLoader(
            role: role,
            environment: ["OUTRIDER_IDENTITY_KEY": String(repeating: "k", count: 32)],
            readFile: { FileManager.default.contents(atPath: $0).map { Array($0) } }
        )
        let bytes = try #require(FileManager.default.contents(atPath: path))

        let outcome = loader.load(.init(name: path, bytes: Array(bytes)))

        guard case .loaded(let loaded) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(loaded.config.role == role)
    }

    @Test func `no example is left out`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)

        #expect(Set(names) == ["sidecar.json5", "gateway.json5", "keys.json5"])
    }
}
