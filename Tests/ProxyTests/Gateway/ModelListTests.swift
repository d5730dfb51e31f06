import Base
import Testing

@testable import Proxy

@Suite struct ModelListTests {
    @Test func `the list has the shape that OpenAI's clients read`() {
        #expect(text([]) == #"{"object":"list","data":[]}"#)
        let model = #""object":"model","created":0,"owned_by":"outrider"}"#
        let list = #"{"object":"list","data":[{"id":"a",\#(model),{"id":"b\"c",\#(model)]}"#
        #expect(text(["a", "b\"c"]) == list)
    }

    private func text(_ names: [String]) -> String {
        var output = ByteBuffer()
        ModelList.append(names, to: &output)
        return output.withReadable { $0.text(0..<$0.count) }
    }
}
