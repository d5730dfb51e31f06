import Telemetry
import Testing

@Suite struct RetryReasonTests {
    @Test func `reasons are distinct and each fits the set`() {
        let all = RetryReason.allCases

        let reasons = all.reduce(into: RetryReasons()) { $0.insert(RetryReasons($1)) }

        #expect(Set(all.map { "\($0.text)" }).count == all.count)
        #expect(all.map(\.index) == Array(all.indices))
        #expect(reasons.rawValue.nonzeroBitCount == all.count)
    }
}
