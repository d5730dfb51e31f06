import Base
import Testing
import Wire

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
        #expect(record.requestID.count == 0)
        #expect(record.reason == nil)
        #expect(record.timeline.count == 0)
        #expect(record.arrived == Instant(nanoseconds: 5))
    }

    @Test func `nothing is forgotten when a record begins again`() {
        var record = RequestRecord()
        record.method = .post
        (record.status, record.attempts, record.service) = (502, 2, 3)
        (record.reason, record.route, record.endpoint) = (.clientGone, 1, 2)
        record.retryReasons = RetryReasons(.reset)
        (record.bytesIn, record.bytesOut, record.processed) = (1, 2, .yes)
        (record.isAborted, record.isFallback, record.isReused) = (true, true, true)
        (record.traceID, record.spanID, record.isSampled) = (1, 2, true)
        (record.wallClock, record.arrived) = (1, Instant(nanoseconds: 1))
        (record.headComplete, record.enqueued, record.admitted) = (now, now, now)
        (record.connected, record.sent, record.firstByte, record.finished) = (now, now, now, now)
        record.setCaller(Caller(subject: "who", keyID: "who", tenant: "t"))
        with("text") { text, range in
            record.setPath(text, range)
            record.setPeer(text, range)
            record.setRequestID(text, range)
        }
        for _ in 0..<30 { record.note(.queued, detail: 7, at: Instant(nanoseconds: 9)) }
        let filled = facts(record)

        record.reset()

        let fresh = facts(RequestRecord())
        #expect(facts(record) == fresh)
        // A property that is added here has to be added above, and to `reset`.
        #expect(zip(filled, fresh).allSatisfy { $0 != $1 })
        #expect(fresh.count == 33)
    }

    private let now = Instant(nanoseconds: 1)

    /// Every property as text; of those that have a count nothing else matters.
    private func facts(_ record: RequestRecord) -> [String] {
        Mirror(reflecting: record).children.map { name, value in
            let counts = Mirror(reflecting: value).children.filter {
                ["count", "length", "omitted"].contains($0.label)
            }
            return "\(name ?? ""): " + (counts.isEmpty ? "\(value)" : "\(counts)")
        }
    }

    @Test func `a new identifier is 32 digits, another each time`() {
        var record = RequestRecord()
        var random = RandomSource(seed: 1)

        record.makeRequestID(random: &random)
        let first = written { record.appendRequestID(to: &$0) }
        record.makeRequestID(random: &random)
        let second = record.requestID.withSpan { $0.text(0..<$0.count) }

        #expect(first.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(second.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(first != second)
    }

    @Test func `a record stays below a kilobyte`() {
        #expect(MemoryLayout<RequestRecord>.size <= 1_024)
    }
}
