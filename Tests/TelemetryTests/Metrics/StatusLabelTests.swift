import Telemetry
import Testing

@Suite struct StatusLabelTests {
    @Test(arguments: [
        (200, "200"), (404, "404"), (499, "499"), (503, "503"), (101, "101"), (299, "2xx"),
        (418, "4xx"), (599, "5xx"), (0, ""), (99, ""), (600, ""), (-1, ""), (Int.max, ""),
    ]) func `a status has one label of a closed list`(_ status: Int, _ label: String) {
        #expect(StatusLabel.text(at: StatusLabel.index(of: status)) == label)
    }

    @Test func `there are no more labels than rows in the table of histograms`() {
        #expect(StatusLabel.count <= 51)
    }
}
