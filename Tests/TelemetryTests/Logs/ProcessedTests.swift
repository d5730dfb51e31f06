import Telemetry
import Testing

@Suite struct ProcessedTests {
    @Test func `the words are those of the header`() {
        #expect(Processed.allCases.map { "\($0.text)" } == ["no", "maybe", "yes"])
    }
}
