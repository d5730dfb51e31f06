import Routing
import Testing

@testable import Config

@Suite struct ConfigTypeVersionsTests {
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
