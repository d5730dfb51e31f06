import Testing

@testable import outrider

@Suite struct PaintTests {
    @Test func `without colours a text stays as it is`() {
        let paint = Paint(isColoured: false)

        #expect(paint.good("ok") == "ok")
        #expect(paint.bad("failed") == "failed")
    }

    @Test func `a colour ends where the text ends`() {
        #expect(Paint(isColoured: true).good("ok") == "\u{1b}[32mok\u{1b}[0m")
    }
}
