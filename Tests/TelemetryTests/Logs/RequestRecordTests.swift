import Base
import Testing

@testable import Telemetry

@Suite struct RequestRecordTests {
    @Test func `a record that begins again knows nothing of the last request`() {
        var record = RequestRecord()
        with("/secret") { record.setPath($0, $1) }
        with("id") { record.setRequestID($0, $1) }
        record.reason = .clientGone
        record.note(.finished, at: Instant(nanoseconds: 1))

        record.begin(at: Instant(nanoseconds: 5), wallClock: 6)

        #expect(record.path.count == 0)
        #expect(record.withRequestID { $0.count } == 0)
        #expect(record.reason == nil)
        #expect(record.timeline.count == 0)
        #expect(record.arrived == Instant(nanoseconds: 5))
    }

    @Test func `a record stays below a kilobyte`() {
        #expect(MemoryLayout<RequestRecord>.size <= 1_024)
    }
}
