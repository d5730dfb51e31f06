import Testing

@testable import Access

@Suite struct AccessSettingsTests {
    @Test func `nobody is let in by default`() {
        let settings = AccessSettings()

        #expect(settings.anonymous == nil)
        #expect(settings.keys.isEmpty)
        #expect(settings.issuers.isEmpty)
    }

    @Test func `an algorithm without a signature cannot be configured`() {
        #expect(JWTAlgorithm(rawValue: "none") == nil)
        #expect(!IssuerSettings().algorithms.contains(.hs256))
    }
}
