import Base
import Telemetry
import Testing

@Suite struct AccessLogEncoderTests {
    private let encoder = AccessLogEncoder(RecordSamples.names)

    @Test func `a request is one line of JSON`() throws {
        let line = written { encoder.append(RecordSamples.served(), to: &$0) }

        let object = try RecordSamples.object(line)
        #expect(line.hasSuffix("}\n"))
        #expect(object["time"] as? String == "2024-02-29T23:59:59.999Z")
        #expect(object["service"] as? String == "model")
        #expect(object["http.request.method"] as? String == "POST")
        #expect(object["url.path"] as? String == "/v1/chat")
        #expect(object["http.response.status_code"] as? Int == 200)
        #expect(object["client.address"] as? String == "10.0.0.1")
        #expect(object["request_id"] as? String == "r-1")
    }

    @Test(arguments: [
        Array("/a\"b\\c".utf8), Array("/\",\"forged\":\"1".utf8), [0, 1, 10, 13, 27, 127],
        [0xff, 0xfe, 0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82],
        Array("/é/\u{1f600}/\u{2028}".utf8), Array(repeating: UInt8(0x22), count: 300),
        Array(repeating: UInt8(0xc3), count: 256), [],
    ]) func `a hostile path cannot break the line`(_ path: [UInt8]) throws {
        var record = RecordSamples.served()
        record.setPath(path.span, 0..<path.count)

        let line = written { encoder.append(record, to: &$0) }

        let object = try RecordSamples.object(line)
        let kept = String(decoding: path.prefix(256), as: UTF8.self)
        let isText = path.count <= 256 && Array(kept.utf8) == path
        #expect(!line.dropLast().utf8.contains { $0 < 0x20 })
        #expect(object["forged"] == nil)
        #expect(!isText || object["url.path"] as? String == kept)
    }

    @Test func `random bytes leave the line valid`() throws {
        var random = RandomSource(seed: 11)

        for _ in 0..<500 {
            let path = (0..<random.below(64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var record = RecordSamples.served()
            record.setPath(path.span, 0..<path.count)
            record.setPeer(path.span, 0..<path.count)
            let line = written { encoder.append(record, to: &$0) }
            #expect(throws: Never.self) { try RecordSamples.object(line) }
        }
    }
}
