import Base
import Telemetry
import Testing

@Suite struct TimelineTests {
    @Test func `steps beyond the bound are counted, not kept`() {
        var record = RequestRecord()
        record.begin(at: Instant(nanoseconds: 1_000), wallClock: 0)

        for step in 0..<30 {
            record.note(
                .queued,
                detail: step,
                at: Instant(nanoseconds: 1_000 + UInt64(step) * 5_000)
            )
        }

        let timeline = record.timeline
        #expect(timeline.count == Timeline.stepsMax)
        #expect(timeline.omitted == 6)
        #expect(timeline[23].detail == 23)
        #expect(timeline[23].offset == Nanoseconds(115_000 as UInt64))
    }

    @Test func `details and offsets that are too large are clamped`() {
        var record = RequestRecord()

        record.note(.queued, detail: -1, at: .distantFuture)
        record.note(.queued, detail: .max, at: .distantFuture)

        let timeline = record.timeline
        #expect(timeline[0].detail == 0)
        #expect(timeline[1].detail == .max)
        #expect(timeline[1].offset == Nanoseconds(UInt64(UInt32.max) * 1_000))
    }

    @Test func `the words of the steps are distinct`() {
        #expect(
            Set(Timeline.Step.allCases.map { "\($0.text)" }).count == Timeline.Step.allCases.count
        )
    }
}
