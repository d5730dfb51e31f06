import Base
import Testing

@testable import Wire

@Suite struct ChunkedEncoderTests {
    @Test func `what is encoded is decoded again`() {
        let body = written { output in
            for text in ["hello", " ", "0123456789abcdef"] {
                ChunkedEncoder.appendHeader(text.utf8.count, to: &output)
                output.append(text)
                ChunkedEncoder.appendDataEnd(to: &output)
            }
            ChunkedEncoder.appendEnd(trailers: nil, to: &output)
        }

        let verdict = BodyFeed.verdict(latin1(body), .chunked)

        #expect(
            verdict == .complete(payload: "hello 0123456789abcdef", trailers: [], rest: 0)
        )
    }
}
