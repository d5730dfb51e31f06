import Telemetry
import Testing

@Suite struct LogLineTests {
    @Test func `a message cannot forge a second line`() {
        let line = written { LogLine.append("bad\nline\u{1b}[0m é", to: &$0) }

        #expect(line == "outrider: bad?line?[0m é\n")
    }
}
