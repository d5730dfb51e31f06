import Base
import Testing
import Wire

@Suite struct LoadReportTests {
    @Test func `what is written is read`() {
        var buffer = ByteBuffer()
        LoadReport.append(inFlight: 3, queue: 1, limit: 64, state: "busy", to: &buffer)

        let report = buffer.withReadable { LoadReport($0, 0..<$0.count) }

        #expect(report.inFlight == 3 && report.queue == 1 && report.limit == 64)
        #expect(report.isWilling)
    }

    @Test(arguments: [
        ("in_flight=1, state=draining", 1, false), ("state=loading", 0, false),
        ("", 0, true), ("in_flight", 0, true), ("in_flight=x,,=", 0, true),
        ("more=7 ,in_flight=2", 2, true),
        ("in_flight=99999999999999999999999", 0, true), ("in_flight=5000000", 1_000_000, true),
    ]) func `a report is read leniently`(_ text: String, _ inFlight: Int, _ isWilling: Bool) {
        let bytes = Array(text.utf8)

        let report = LoadReport(bytes.span, 0..<bytes.count)

        #expect(report.inFlight == inFlight)
        #expect(report.isWilling == isWilling)
    }
}
