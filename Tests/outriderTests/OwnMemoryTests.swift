import Testing

@testable import outrider

@Suite struct OwnMemoryTests {
    @Test func `what is made on the thread comes back`() {
        let text = OwnMemory.run { String(repeating: "ab", count: 1_000) }

        #expect(text.utf8.count == 2_000)
    }
}
