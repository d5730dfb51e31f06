import Base
import Foundation
import Policy
import Testing

@testable import Proxy

@Suite struct StatusPageTests {
    private func object(_ report: StatusReport) throws -> [String: Any] {
        var output = ByteBuffer()
        StatusPage.append(report, to: &output)
        let text = output.text()
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(value as? [String: Any])
    }

    @Test func `the page is health+json about the model`() throws {
        let page = try object(.example(.ready))

        #expect(page["status"] as? String == "pass")
        #expect(page["state"] as? String == "ready")
        #expect(page["serviceId"] as? String == "model")
        #expect(page["version"] as? String == "v1")
        #expect(page["since"] as? String == "2027-01-15T07:59:56.000Z")
        #expect((page["checks"] as? [String: Any])?["model"] != nil)
    }

    @Test func `a model that loads fails and shows its evidence`() throws {
        let page = try object(.example(.loading))

        #expect(page["status"] as? String == "fail")
        let upstreams = try #require(page["upstreams"] as? [[String: Any]])
        let endpoints = try #require(upstreams[0]["endpoints"] as? [[String: Any]])
        #expect(endpoints[0]["evidence"] as? String == "seen")
        #expect(endpoints[0]["expectedReadyInSeconds"] is NSNull)
    }

    @Test func `an open breaker is shown and warns`() throws {
        var report = StatusReport.example(.ready)
        report.upstreams[0].endpoints[0].breaker = .open(until: report.now)
        let page = try object(report)

        #expect(page["status"] as? String == "warn")
    }

    @Test func `what a file held cannot break the page`() throws {
        var report = StatusReport.example(.ready)
        report.lastReload = .init(at: report.now, problems: ["\"\n\u{1}</script>"])
        let config = try #require(try object(report)["config"] as? [String: Any])

        #expect(config["lastReloadErrors"] as? [String] == ["\"\n\u{1}</script>"])
    }
}
