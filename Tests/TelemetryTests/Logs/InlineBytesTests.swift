import Base
import Testing

@testable import Telemetry

@Suite struct InlineBytesTests {
    @Test(arguments: [("", ""), ("abcd", "abcd"), ("abcdef", "abcd")])
    func `what does not fit is cut off`(_ given: String, _ kept: String) {
        var bytes = InlineBytes<4>()

        with("zz") { bytes.assign($0, $1) }
        with(given) { bytes.assign($0, $1) }

        #expect(bytes.withSpan { $0.text(0..<$0.count) } == kept)
        #expect(with(kept) { span, _ in bytes.equals(span) })
        #expect(!with("abcx") { span, _ in bytes.equals(span) })
    }
}
