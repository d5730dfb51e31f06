import Base
import Testing

@testable import Telemetry

@Suite struct TimelineTextTests {
    @Test func `details that are places in a list become words`() {
        var record = RequestRecord()
        let now = Instant(nanoseconds: 2_000_000)
        record.note(.attemptFailed, detail: RetryReason.reset.index, at: now)
        record.note(.refused, detail: Reason.queueFull.index, at: now)
        record.note(.refused, detail: 9_999, at: now)
        record.note(.responseHead, detail: 200, at: now)
        record.note(.finished, at: now)

        let text = written { TimelineText.append(record.timeline, to: &$0) }

        let at = #"{"at":0.002000,"step":"#
        let expected = [
            #""attempt_failed","reason":"reset"}"#, #""refused","reason":"queue_full"}"#,
            #""refused"}"#, #""response_head","status":200}"#, #""finished"}"#,
        ]
        #expect(text == expected.map { at + $0 }.joined(separator: ","))
    }
}
