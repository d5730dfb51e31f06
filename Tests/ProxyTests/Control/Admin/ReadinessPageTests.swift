import Base
import Policy
import Testing

@testable import Proxy

@Suite struct ReadinessPageTests {
    private func lines(_ report: StatusReport) -> [String] {
        var output = ByteBuffer()
        ReadinessPage.append(report, to: &output)
        return output.text().split(separator: "\n").map(String.init)
    }

    @Test func `every check has its line`() {
        let lines = lines(.example(.ready))

        #expect(lines.filter { $0.hasPrefix("[+]") && $0.hasSuffix(" ok") }.count == 5)
        #expect(lines.last == "readyz check passed")
    }

    @Test func `a failed check says why`() {
        let lines = lines(.example(.loading))

        #expect(lines.contains("[-]model failed: a:1 loading: seen"))
        #expect(lines.last == "readyz check failed")
    }

    @Test func `a warning stays one line and ok`() {
        var report = StatusReport.example(.ready)
        report.lastReload = .init(at: report.now, problems: ["a\nb"])

        #expect(lines(report).contains("[+]config warning: the last reload failed: a?b ok"))
    }
}
