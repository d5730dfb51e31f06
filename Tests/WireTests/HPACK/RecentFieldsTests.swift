import Testing

@testable import Wire

@Suite struct RecentFieldsTests {
    @Test func `two of one place are found, and of three the newer ones`() {
        let hash = FieldHash([97].span, 0..<1)
        var fields = RecentFields(count: 64)
        #expect(fields.candidates(hash) == (0, 0))

        fields.insert(1, hash)
        fields.insert(2, hash)
        let two = [fields.candidates(hash).0, fields.candidates(hash).1].sorted()
        fields.insert(3, hash)
        let newer = [fields.candidates(hash).0, fields.candidates(hash).1].sorted()

        #expect(two == [1, 2])
        #expect(newer == [2, 3])
    }

    @Test func `numbers may begin again`() {
        let hash = FieldHash([97].span, 0..<1)
        var fields = RecentFields(count: 64)
        for number in [UInt32.max - 1, .max, 0, 1] { fields.insert(number, hash) }

        #expect([fields.candidates(hash).0, fields.candidates(hash).1].sorted() == [0, 1])
    }
}
