import Testing

@testable import Wire

@Suite struct FieldNameSetTests {
    @Test func `a set holds what was put in and nothing else`() {
        let some: FieldNameSet = [.host, .te, .other]
        let held = FieldName.allCases.filter(some.contains)

        #expect(held == [.host, .te, .other])
        #expect(FieldNameSet().isEmpty && !some.isEmpty)
    }

    @Test func `two sets meet in what both hold`() {
        let some: FieldNameSet = [.host, .te]

        #expect(some.intersects([.te, .via]))
        #expect(!some.intersects([.via]))
        #expect(some.intersection(.te) == [.te])
        #expect(some.intersection(.via).isEmpty)
        #expect(some.union([.via]) == [.host, .te, .via])
    }

    @Test func `names come and go`() {
        var some: FieldNameSet = [.host, .te, .via]
        some.remove(.te)
        some.subtract([.via, .date])
        some.insert(.date)

        #expect(some == [.host, .date])
    }
}
