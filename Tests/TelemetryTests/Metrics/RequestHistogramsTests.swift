import Base
import Telemetry
import Testing
import Wire

@Suite struct RequestHistogramsTests {
    @Test func `a series exists once it was observed`() {
        let histograms = RequestHistograms()

        histograms.record(.milliseconds(3), method: .post, status: 200)
        histograms.record(.milliseconds(3), method: .post, status: 200)
        histograms.record(.milliseconds(3), method: .other, status: 505)

        let seen = histograms.all.map { "\($0.method) \($0.status) \($0.histogram.count)" }
        #expect(seen == ["POST 200 2", "_OTHER 505 1"])
    }

    @Test func `errors are the server's, and requests without an answer`() {
        let histograms = RequestHistograms()

        for status in [200, 204, 302, 401, 404, 499, 500, 503, 599, 0] {
            histograms.record(.milliseconds(3), method: .post, status: status)
        }

        #expect(histograms.totals.requests == 10)
        #expect(histograms.totals.errors == 4)
    }

    @Test func `every method and status has its own cell`() {
        let histograms = RequestHistograms()

        for status in 0...600 {
            for method in Method.allCases {
                histograms.record(.zero, method: method, status: status)
            }
        }

        #expect(histograms.all.count == StatusLabel.count * Method.allCases.count)
        #expect(histograms.all.reduce(0) { $0 + $1.histogram.count } == 6_010)
    }
}
