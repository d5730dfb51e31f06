import Base
import Testing

@testable import outrider

@Suite struct EventStreamTests {
    @Test(arguments: [
        ("{}", "data: {}\n\n"),
        ("", "data: \n\n"),
        ("a\nb", "data: a\ndata: b\n\n"),
        ("a\n", "data: a\ndata: \n\n"),
    ]) func `each line of the data is a field`(_ text: String, _ expected: String) {
        var data = ByteBuffer()
        var output = ByteBuffer()
        data.append(text)

        EventStream.append(data, to: &output)

        let written = output.text()
        #expect(written == expected)
    }
}
