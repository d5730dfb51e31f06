import Base
import Testing

@testable import Proxy

@Suite struct DateFieldTests {
    @Test func `the date moves with the second`() {
        var field = DateField()

        let first = String(decoding: field.text(wall: 784_111_777), as: UTF8.self)
        let same = String(decoding: field.text(wall: 784_111_777), as: UTF8.self)
        let next = String(decoding: field.text(wall: 784_111_778), as: UTF8.self)
        var whole = field.line(wall: 784_111_778)
        var line = ByteBuffer()
        line.append(&whole)
        let text = line.text()

        #expect(first == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(same == first)
        #expect(text == "date: Sun, 06 Nov 1994 08:49:38 GMT\r\n")
        #expect(next == "Sun, 06 Nov 1994 08:49:38 GMT")
    }
}
