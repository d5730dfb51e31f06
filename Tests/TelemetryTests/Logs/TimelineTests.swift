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
        #expect(timeline[1].offset == Timeline.offsetMax)
    }

    @Test func `the words of the steps are distinct`() {
        #expect(
            Set(Timeline.Step.allCases.map { "\($0.text)" }).count == Timeline.Step.allCases.count
        )
    }

    @Test func `every step is read as it was written`() {
        for step in Timeline.Step.allCases {
            var record = RequestRecord()

            record.note(step, detail: 65_535, at: Instant(nanoseconds: 123_456_789))

            #expect(record.timeline[0].step == step)
            #expect(record.timeline[0].detail == 65_535)
            #expect(record.timeline[0].offset == Nanoseconds(123_456_789 as UInt64))
        }
    }
}
