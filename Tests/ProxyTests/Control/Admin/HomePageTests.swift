import Base
import Policy
import Testing

@testable import Proxy

@Suite struct HomePageTests {
    @Test func `the page shows the state and links every other`() {
        var output = ByteBuffer()
        HomePage.append(.example(.busy), to: &output)
        let text = output.text()

        #expect(text.contains("<h1>model: busy</h1>"))
        for path in ["/livez", "/readyz?verbose", "/status", "/metrics", "/config", "/requests"] {
            #expect(text.contains("href=\"\(path)\""))
        }
        #expect(!text.contains("http://") && !text.contains("<script"))
    }

    @Test func `names are shown, not obeyed`() {
        var report = StatusReport.example(.ready)
        report.service = "<script>\"&"
        var output = ByteBuffer()
        HomePage.append(report, to: &output)
        let text = output.text()

        #expect(text.contains("&lt;script&gt;&quot;&amp;"))
        #expect(!text.contains("<script>"))
    }
}
