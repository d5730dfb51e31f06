import Base
import Telemetry
import Wire

extension Case {
    /// What is said about each request.
    static let telemetry = [
        Case("trace: begin one and write its line") { propagate(Heads.small, $0) },
        Case("trace: continue one and write its line") { propagate(Heads.sdk, $0) },
        Case("request id: make and write") { count in
            var random = RandomSource(seed: 1)
            var record = RequestRecord()
            var output = ByteBuffer(minimumCapacity: 256)
            for _ in 0..<count {
                record.makeRequestID(random: &random)
                record.appendRequestID(to: &output)
                output.clear()
            }
        },
        Case("request id: check") { count in
            let id = Array("7f3c5a1e9b2d4c6f8a0b1c2d3e4f5a6b".utf8)
            for _ in 0..<count { keep(RequestID.isSane(id.span, 0..<id.count) ? 1 : 0) }
        },
        Case("histogram: record") { count in
            let histogram = Histogram(.requests)
            for index in 0..<count { histogram.record(Nanoseconds(UInt64(index) * 1_000_000)) }
            keep(Int(truncatingIfNeeded: histogram.sum.count))
        },
        Case("metrics: one request") { count in
            let metrics = ServerMetrics(service: "model", registry: MetricRegistry())
            var record = served()
            for _ in 0..<count { metrics.observe(&record) }
        },
        Case("flight recorder: append") { count in
            let recorder = FlightRecorder(capacity: 64)
            var record = served()
            for _ in 0..<count { recorder.append(&record) }
            keep(recorder.count)
        },
        Case("access log: one line") { count in
            let names = ServiceNames([
                ServiceNames.Service(name: "model", endpoints: ["127.0.0.1:8000"])
            ])
            let encoder = AccessLogEncoder(names)
            let record = served()
            var output = ByteBuffer(minimumCapacity: 4_096)
            for _ in 0..<count {
                encoder.append(record, to: &output)
                output.clear()
            }
        },
    ]

    private static func propagate(_ bytes: [UInt8], _ count: Int) {
        let head = requestHead(bytes)
        let settings = TracePropagation.Settings()
        var random = RandomSource(seed: 1)
        var output = ByteBuffer(minimumCapacity: 1_024)
        for _ in 0..<count {
            let trace = TracePropagation(head.fields, settings, random: &random)
            trace.appendParent(spanID: trace.spanID, to: &output)
            if trace.joinsState { trace.appendState(joining: head.fields, to: &output) }
            output.clear()
        }
    }

    /// A request that was answered at once.
    private static func served() -> RequestRecord {
        var record = RequestRecord()
        record.begin(at: Instant(nanoseconds: 1_000_000), wallClock: 1_700_000_000_000_000_000)
        record.method = .post
        record.status = 200
        record.processed = .yes
        record.attempts = 1
        record.endpoint = 0
        (record.traceID, record.spanID) = (1, 2)
        record.headComplete = Instant(nanoseconds: 1_010_000)
        record.admitted = Instant(nanoseconds: 1_020_000)
        record.connected = Instant(nanoseconds: 1_030_000)
        record.sent = Instant(nanoseconds: 1_030_000)
        record.firstByte = Instant(nanoseconds: 1_500_000)
        record.finished = Instant(nanoseconds: 1_600_000)
        let path = Array("/v1/chat/completions".utf8)
        record.setPath(path.span, 0..<path.count)
        let id = Array("7f3c5a1e9b2d4c6f8a0b1c2d3e4f5a6b".utf8)
        record.setRequestID(id.span, 0..<id.count)
        let peer = Array("127.0.0.1".utf8)
        record.setPeer(peer.span, 0..<peer.count)
        return record
    }
}
