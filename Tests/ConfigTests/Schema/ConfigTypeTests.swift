import Testing

@testable import Config

@Suite struct ConfigTypeTests {
    @Test(arguments: ProxyConfig.Role.allCases.flatMap { ConfigTable.rows(of: $0) })
    func `every row of the reference is complete`(_ row: ConfigRow) {
        #expect(!row.path.isEmpty && !row.type.isEmpty && !row.fallback.isEmpty)
        #expect(row.effect.hasSuffix("."))
        #expect(!row.bound.contains("|") && !row.effect.contains("\n"))
    }
}
