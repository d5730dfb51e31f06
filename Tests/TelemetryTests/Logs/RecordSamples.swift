import Base
import Foundation
import Telemetry
import Wire

/// Records and readers for the tests of the log and of the recorder.
enum RecordSamples {
    static let names = ServiceNames([
        ServiceNames.Service(name: "model", endpoints: ["127.0.0.1:8000"])
    ])

    /// A served request whose every phase took as many seconds as it has predecessors.
    static func served(id: String = "r-1") -> RequestRecord {
        var record = RequestRecord()
        record.begin(at: Instant(nanoseconds: 1_000_000_000), wallClock: 1_709_251_199_999_000_000)
        record.method = .post
        record.status = 200
        record.processed = .yes
        record.attempts = 2
        record.endpoint = 0
        record.retryReasons = [RetryReasons(.connectRefused), RetryReasons(.unavailable)]
        record.traceID = 1
        record.spanID = 2
        record.headComplete = Instant(nanoseconds: 1_500_000_000)
        record.enqueued = Instant(nanoseconds: 1_500_000_000)
        record.admitted = Instant(nanoseconds: 2_500_000_000)
        record.connected = Instant(nanoseconds: 2_750_000_000)
        record.sent = Instant(nanoseconds: 2_750_000_000)
        record.firstByte = Instant(nanoseconds: 4_750_000_000)
        record.finished = Instant(nanoseconds: 9_000_000_000)
        with("/v1/chat") { record.setPath($0, $1) }
        with(id) { record.setRequestID($0, $1) }
        with("10.0.0.1") { record.setPeer($0, $1) }
        return record
    }

    /// The object that `text` is, read by a parser that is not ours.
    static func object(_ text: String) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return value as? [String: Any] ?? [:]
    }
}

// For samples, which nobody keeps.
extension FlightRecorder {
    func append(_ record: RequestRecord) {
        var record = record
        append(&record)
    }
}

extension ServerMetrics {
    func observe(_ record: RequestRecord) {
        var record = record
        observe(&record)
    }
}
