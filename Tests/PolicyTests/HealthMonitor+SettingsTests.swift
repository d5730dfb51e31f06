import Base
import Policy
import Testing

@Suite struct HealthMonitorSettingsTests {
    @Test func `by default three checks fit into the silence of a stall`() {
        let settings = HealthMonitor.Settings()

        let checks = settings.interval.scaled(by: Double(settings.unhealthyAfter))
        #expect(checks < settings.stalledAfter)
    }
}
