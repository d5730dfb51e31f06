import Base
import Telemetry
import Testing

@Suite struct CallerTests {
    @Test func `a record tells who asked, and nothing that is not known`() throws {
        var record = RequestRecord()
        record.setCaller(Caller(subject: "acme-1", keyID: "acme-1", tenant: "acme"))
        let names = ServiceNames([.init(name: "gateway", endpoints: [])], routes: ["chat"])
        record.route = 0

        var line = ByteBuffer()
        AccessLogEncoder(names).append(record, to: &line)

        let text = line.text()
        #expect(text.contains("\"http.route\":\"chat\""))
        #expect(text.contains("\"caller\":\"acme-1\",\"tenant\":\"acme\",\"key_id\":\"acme-1\""))
        #expect(!text.contains("tier"))
    }
}
