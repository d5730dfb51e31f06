import Telemetry
import Testing

@Suite struct CheckResultTests {
    @Test func `indices count the list and texts are distinct`() {
        #expect(CheckResult.allCases.map(\.index) == Array(CheckResult.allCases.indices))
        #expect(Set(CheckResult.allCases.map { "\($0.text)" }).count == 3)
    }
}
