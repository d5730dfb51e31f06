import Testing

@testable import outrider

@Suite struct MetricsPageTests {
    private let page = MetricsPage(
        text: """
            # TYPE turns_total counter
            turns_total{to="open",a="1"} 2
            turns_total{to="closed",a="1"} 1
            turns_total{to="open",a="2"} 3
            turns_total_more 50
            plain 7
            """
    )

    @Test(
        arguments: [
            ("turns_total", [], 6.0), ("turns_total", ["to=\"open\""], 5),
            ("turns_total", ["to=\"open\"", "a=\"2\""], 3), ("plain", [], 7),
            ("turns_total", ["to=\"half\""], nil), ("turns", [], nil),
        ] as [(String, [String], Double?)]
    )
    func `samples are added up by their labels`(
        _ name: String,
        _ labels: [String],
        _ sum: Double?
    ) {
        #expect(page.sum(of: name, labels) == sum)
    }
}
