import Base
import Testing

@testable import Policy

@Suite struct CheckRecordTests {
    @Test func `rows of good and bad checks end each other`() {
        var record = CheckRecord()

        record.succeed(now: .second(1))
        record.succeed(now: .second(2))
        #expect(record.succeededInARow == 2)
        record.fail(isIdle: true, now: .second(3))
        record.fail(isIdle: false, now: .second(4))
        #expect(record.succeededInARow == 0)
        #expect(record.failedInARow == 2 && record.failedIdle == 1)
        record.succeed(now: .second(5))

        #expect(record.failedInARow == 0 && record.failedIdle == 0)
        #expect(record.last == .second(5))
    }

    @Test func `a restart forgets, a check without a verdict counts for nothing`() {
        var record = CheckRecord()
        record.succeed(now: .second(1))
        record.isUnderWay = true

        record.end(now: .second(2))
        #expect(!record.isUnderWay && record.succeededInARow == 1 && record.failedInARow == 0)
        record.restart()

        #expect(record.succeededInARow == 0)
    }

    @Test func `what was wrong is kept until the model shows that it lives`() {
        var record = CheckRecord()
        record.note("refused")
        let before = record.complaint

        record.succeed(now: .second(1))

        #expect(before == "refused" && record.complaint == nil)
    }
}
