import Base
import Testing

@testable import Policy

@Suite struct HealthHistoryTests {
    @Test func `the oldest change makes room for the newest`() {
        var history = HealthHistory()

        for number in 0...HealthHistory.capacity {
            history.add(.init(state: .ready, at: .second(Double(number)), evidence: "\(number)"))
        }

        #expect(history.changes.count == HealthHistory.capacity)
        #expect(history.changes.first?.evidence == "1")
        #expect(history.changes.last?.evidence == "20")
    }
}
