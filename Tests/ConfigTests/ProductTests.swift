import Testing

@testable import Config

@Suite struct ProductTests {
    @Test func `the version is three numbers`() {
        let parts = Product.version.split(separator: ".").compactMap { Int($0) }

        #expect(parts.count == 3)
    }
}
