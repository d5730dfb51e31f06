import Base
import Telemetry
import Testing
import Wire

@Suite struct ServerMetricsTests {
    private let metrics = ServerMetrics(service: "model", registry: MetricRegistry())

    private func at(_ seconds: UInt64) -> Instant {
        Instant(nanoseconds: seconds * 1_000_000_000)
    }

    @Test func `a served request is counted once everywhere`() {
        var record = RequestRecord()
        record.begin(at: at(1), wallClock: 0)
        record.method = .post
        record.status = 200
        record.enqueued = at(2)
        record.admitted = at(4)
        record.firstByte = at(6)
        record.finished = at(9)
        record.bytesIn = 10
        record.bytesOut = 20

        metrics.observe(&record)

        #expect(metrics.durations.all.map(\.histogram.sum) == [.seconds(8)])
        #expect(metrics.timeToFirstByte.sum == .seconds(5))
        #expect(metrics.queueWait.sum == .seconds(2))
        #expect(metrics.requestBytes.value == 10)
        #expect(metrics.responseBytes.value == 20)
        #expect(Reason.allCases.allSatisfy { metrics.rejected.value(at: $0.index) == 0 })
    }

    @Test func `a client that left has wasted the time since the request was sent`() {
        var record = RequestRecord()
        record.begin(at: at(1), wallClock: 0)
        record.reason = .clientGone
        record.sent = at(3)
        record.finished = at(10)

        metrics.observe(&record)

        #expect(metrics.rejected.value(at: Reason.clientGone.index) == 1)
        #expect(metrics.wastedUpstream.value(at: Waste.clientGone.index) == 7_000_000_000)
    }

    @Test func `a request that left the queue unserved has waited all the same`() {
        var record = RequestRecord()
        record.begin(at: at(1), wallClock: 0)
        record.reason = .queueTimeout
        record.enqueued = at(1)
        record.finished = at(11)

        metrics.observe(&record)

        #expect(metrics.queueWait.sum == .seconds(10))
        #expect(metrics.timeToFirstByte.count == 0)
    }
}
