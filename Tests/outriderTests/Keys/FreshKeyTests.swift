import Access
import Testing

@testable import outrider

@Suite struct FreshKeyTests {
    @Test func `a fresh key is a key, and unlike any other`() {
        let key = FreshKey()
        let other = FreshKey()

        let text = Array(key.text.utf8)
        let isKey = APIKey.isWellFormed(text.span)
        let hash = APIKey.hash(text.span)
        #expect(isKey)
        #expect(key.hash == hash)
        #expect(key.text != other.text)
    }

    @Test func `a name by chance has eight digits`() {
        #expect(FreshKey.randomName().count == 8)
    }
}
