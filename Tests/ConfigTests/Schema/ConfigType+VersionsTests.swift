import Routing
import Testing

@testable import Config

@Suite struct ConfigTypeVersionsTests {
    @Test(arguments: [
        ("1.4", "1.4.0", true), ("1.4.0+a", "1.4.0", true), ("1.4.0-a", "1.4", false),
    ])
    func `versions are the same however they are written`(
        _ first: String,
        _ second: String,
        _ isSame: Bool
    ) throws {
        let first = try #require(SemanticVersion(first))
        let second = try #require(SemanticVersion(second))

        #expect(first.isSame(as: second) == isSame)
    }

    @Test func `a version is shown as it was written`() {
        var decoder = ConfigDecoder(secrets: SecretReader(environment: [:], readFile: { _ in nil }))
        let type = ConfigType<SemanticVersion>.version

        let version = type.decode(JSON5Node(.text("1.4")), &decoder)
        let none = type.decode(JSON5Node(.text("latest")), &decoder)

        #expect(version.map { type.show($0) } == .text("1.4"))
        #expect(none == nil)
        #expect(decoder.problems.map(\.message) == ["\"latest\" is not a version such as 1.4.0"])
    }
}
