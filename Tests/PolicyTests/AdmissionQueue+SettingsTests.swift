import Base
import Policy
import Testing

@Suite struct AdmissionQueueSettingsTests {
    @Test func `by default requests are refused, not only counted`() {
        let settings = AdmissionQueue.Settings()

        #expect(!settings.shadow && settings.priorities)
        #expect(settings.queue >= settings.concurrency)
    }
}
