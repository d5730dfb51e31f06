import Base
import Testing

@testable import Wire

@Suite struct JSONWriterTests {
    @Test func `commas and nesting come out right`() {
        let text = written { output in
            var writer = JSONWriter()
            writer.beginObject(&output)
            writer.key("a", &output)
            writer.beginArray(&output)
            writer.number(1, &output)
            writer.number(-2, &output)
            writer.beginObject(&output)
            writer.endObject(&output)
            writer.endArray(&output)
            writer.key("b", &output)
            writer.bool(true, &output)
            writer.key("c", &output)
            writer.null(&output)
            writer.endObject(&output)
        }

        #expect(text == "{\"a\":[1,-2,{}],\"b\":true,\"c\":null}")
    }

    @Test func `strings are escaped and always valid`() {
        let bytes: [UInt8] = [0x61, 0x22, 0x5c, 0x0a, 0x01, 0xff, 0xc3, 0xa9, 0xe2, 0x82]
        let text = written { output in
            var writer = JSONWriter()
            writer.string(bytes.span, &output)
        }

        #expect(text == "\"a\\\"\\\\\\n\\u0001\\ufffd\u{e9}\\ufffd\\ufffd\"")
    }
}
