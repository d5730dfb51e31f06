import Base
import Testing

@testable import Telemetry

@Suite struct RecordFieldsTests {
    private func object(_ record: RequestRecord) throws -> [String: Any] {
        try RecordSamples.object(
            "{" + written { RecordFields(record, RecordSamples.names).append(to: &$0) } + "}"
        )
    }

    @Test func `each phase is measured from the end of the one before it`() throws {
        let object = try object(RecordSamples.served())

        let times = ["head", "queued", "connect", "first_byte", "body", "duration"]
        #expect(times.map { object[$0] as? Double } == [0.5, 1, 0.25, 2, 4.25, 8])
    }

    @Test func `phases that did not happen are absent`() throws {
        var record = RequestRecord()
        record.reason = .queueFull
        record.finished = Instant(nanoseconds: 1)

        let object = try object(record)

        #expect(object["reason"] as? String == "queue_full")
        for name in ["head", "queued", "connect", "first_byte", "body", "trace_id", "endpoint"] {
            #expect(object[name] == nil)
        }
    }

    @Test func `retries, trace and endpoint are named`() throws {
        let object = try object(RecordSamples.served())

        #expect(object["retries"] as? [String] == ["connect_refused", "503"])
        #expect(object["trace_id"] as? String == "00000000000000000000000000000001")
        #expect(object["span_id"] as? String == "0000000000000002")
        #expect(object["endpoint"] as? String == "127.0.0.1:8000")
        #expect(object["processed"] as? String == "yes")
    }
}
