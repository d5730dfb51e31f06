import Testing

@testable import Proxy

@Suite struct DateFieldTests {
    @Test func `the date moves with the second`() {
        var field = DateField()

        let first = String(decoding: field.text(wall: 784_111_777), as: UTF8.self)
        let same = String(decoding: field.text(wall: 784_111_777), as: UTF8.self)
        let next = String(decoding: field.text(wall: 784_111_778), as: UTF8.self)

        #expect(first == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(same == first)
        #expect(next == "Sun, 06 Nov 1994 08:49:38 GMT")
    }
}
