import Base
import Telemetry
import Testing

@Suite struct FlightRecorderTests {
    private func listed(_ recorder: FlightRecorder) throws -> [String] {
        let text = written { recorder.appendListing(RecordSamples.names, to: &$0) }
        let requests = try RecordSamples.object(text)["requests"] as? [[String: Any]]
        return try #require(requests).compactMap { $0["request_id"] as? String }
    }

    @Test(arguments: [
        (0, [] as [Int]), (1, [0]), (3, [2, 1, 0]), (4, [3, 2, 1]), (10, [9, 8, 7]),
    ])
    func `the last ones are kept, the newest first`(_ count: Int, _ kept: [Int]) throws {
        let recorder = FlightRecorder(capacity: 3)

        for number in 0..<count { recorder.keep(RecordSamples.served(id: "\(number)")) }

        #expect(try listed(recorder) == kept.map(String.init))
        #expect(recorder.count == kept.count)
    }

    @Test func `one is found by its id, with its timeline`() throws {
        let recorder = FlightRecorder(capacity: 3)
        var record = RecordSamples.served(id: "wanted")
        record.note(.admitted, at: Instant(nanoseconds: 1_000_250_000))
        recorder.append(&record)
        recorder.keep(RecordSamples.served(id: "wanted-not"))

        let text = written { output in
            _ = with("wanted") { span, _ in
                recorder.append(id: span, RecordSamples.names, to: &output)
            }
        }

        let object = try RecordSamples.object(text)
        let timeline = try #require(object["timeline"] as? [[String: Any]])
        #expect(object["request_id"] as? String == "wanted")
        #expect(timeline.map { $0["step"] as? String } == ["admitted"])
        #expect(timeline.map { $0["at"] as? Double } == [0.000_25])
    }

    @Test func `of two with the same id the newer one is shown`() throws {
        let recorder = FlightRecorder(capacity: 3)
        for status in [500, 200] {
            var record = RecordSamples.served(id: "twice")
            record.status = status
            recorder.append(&record)
        }

        let text = written { output in
            _ = with("twice") { span, _ in
                recorder.append(id: span, RecordSamples.names, to: &output)
            }
        }

        #expect(try RecordSamples.object(text)["http.response.status_code"] as? Int == 200)
    }

    @Test func `one that was overwritten is not found`() {
        let recorder = FlightRecorder(capacity: 1)
        recorder.keep(RecordSamples.served(id: "old"))
        recorder.keep(RecordSamples.served(id: "new"))
        var output = ByteBuffer()

        let isFound = with("old") { span, _ in
            recorder.append(id: span, RecordSamples.names, to: &output)
        }
        let isEmpty = output.isEmpty

        #expect(!isFound)
        #expect(isEmpty)
    }
}

extension FlightRecorder {
    /// Keeps a record of which nobody else has need.
    fileprivate func keep(_ record: RequestRecord) {
        var record = record
        append(&record)
    }
}
