import Base
import Policy
import Testing
import Wire

@testable import Proxy

@Suite struct OwnHealthTests {
    @Test(
        arguments: [
            ("", .serving), ("readiness", .serving), ("liveness", .serving), ("startup", .serving),
            ("other", .serviceUnknown), ("Readiness", .serviceUnknown),
        ] as [(String, GRPCHealth.ServingStatus)]
    )
    func `a sidecar that is well serves`(_ service: String, _ status: GRPCHealth.ServingStatus) {
        #expect(OwnHealth.watched(service, .example(.ready)) == status)
    }

    @Test func `a drain turns readiness down and nothing else`() {
        var report = StatusReport.example(.ready)
        report.drain.begin(delay: .seconds(1), timeout: .seconds(1), now: report.now)

        let serving = OwnHealth.allCases.filter { $0.status(report) == .serving }

        #expect(serving == [.liveness, .startup])
    }

    @Test func `each page for probes has its service`() {
        var report = StatusReport.example(.loading)
        report.hasStarted = false
        report.isTurning = false

        #expect(OwnHealth.allCases.allSatisfy { $0.status(report) == .notServing })
        report.isTurning = true
        #expect(OwnHealth.liveness.status(report) == .serving)
        report.hasStarted = true
        #expect(OwnHealth.startup.status(report) == .serving)
    }

    @Test func `the list has every service`() {
        var output = ByteBuffer()
        OwnHealth.append(listOf: .example(.ready), to: &output)

        let text = output.text()

        for service in OwnHealth.allCases { #expect(text.contains(service.rawValue)) }
    }
}
