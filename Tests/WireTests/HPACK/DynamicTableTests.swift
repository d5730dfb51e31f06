import Base
import Testing

@testable import Wire

@Suite struct DynamicTableTests {
    @Test func `it takes no memory before the first field`() {
        let table = DynamicTable(maximumSize: 4_096)
        #expect(table.allocatedCount == 0)
    }

    @Test func `fields are found by their age, and the oldest go (RFC 7541 §4)`() {
        var table = DynamicTable(maximumSize: 40 * 3)
        var model: [String] = []
        for number in 0..<1_000 {
            let name = "n\(number % 7)"
            let value = String(repeating: "v", count: number % 11) + "\(number)"
            let text = Array((name + value).utf8)
            let nameCount = name.utf8.count

            let isKept = table.insert(
                text.span,
                0..<nameCount,
                text.span,
                nameCount..<text.count
            )
            model.insert("\(name): \(value)\r\n", at: 0)
            while size(model) > 120 { model.removeLast() }

            #expect(isKept && table.size == size(model) && table.count == model.count)
            for age in model.indices {
                let line = table.withLine(age) { $0.text($1.range) }
                #expect(line == model[age])
            }
        }
        #expect(table.inserted == 1_000)
        #expect(table.allocatedCount < 2_048, "what was evicted is not kept")
    }

    @Test func `a number is found as long as its field is there`() {
        var table = DynamicTable(maximumSize: 68)
        let text = Array("ab".utf8)
        for _ in 0..<3 { _ = table.insert(text.span, 0..<1, text.span, 1..<2) }

        #expect(table.age(of: 3) == 0 && table.age(of: 2) == 1)
        #expect(table.age(of: 1) == nil && table.age(of: 0) == nil && table.age(of: 4) == nil)
    }

    @Test func `a size of nothing holds nothing`() {
        var table = DynamicTable(maximumSize: 100)
        let text = Array("ab".utf8)
        _ = table.insert(text.span, 0..<1, text.span, 1..<2)
        table.resize(0)
        let isKept = table.insert(text.span, 0..<1, text.span, 1..<2)

        #expect(!isKept && table.count == 0 && table.size == 0)
    }

    private func size(_ lines: [String]) -> Int {
        // Of a line, four octets are neither name nor value.
        lines.reduce(0) { $0 + $1.utf8.count + 28 }
    }
}
