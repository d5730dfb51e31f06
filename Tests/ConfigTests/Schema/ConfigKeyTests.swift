import Testing

@testable import Config

@Suite struct ConfigKeyTests {
    private struct Inner {
        var count = 1
    }
    private struct Outer {
        var inner = Inner()
    }

    private let key = ConfigKey<Inner>("count", \.count, .integer(0...9), "How many.")

    @Test func `a lifted key reads and writes through its owner`() {
        let lifted = key.lifted(to: \Outer.inner, below: "inner.")
        var decoder = ConfigDecoder(secrets: SecretReader(environment: [:], readFile: { _ in nil }))
        var outer = Outer()

        lifted.decode(JSON5Node(.number(5)), &decoder, &outer)

        #expect(lifted.path == "inner.count")
        #expect(outer.inner.count == 5)
        #expect(lifted.show(outer) == .integer(5))
    }

    @Test func `the default is what a fresh value holds`() {
        let row = ConfigRow(
            path: "count",
            type: "integer",
            fallback: "1",
            bound: "0 to 9",
            effect: "How many."
        )
        #expect(key.rows(defaults: Inner()) == [row])
    }

    @Test func `a reserved key takes exactly its values`() {
        let key = ConfigKey<Inner>(reserved: "x", [.object([]), .boolean(true)], "Later.")
        var decoder = ConfigDecoder(secrets: SecretReader(environment: [:], readFile: { _ in nil }))
        var inner = Inner()

        key.decode(JSON5Node(.object([])), &decoder, &inner)
        key.decode(JSON5Node(.boolean(true)), &decoder, &inner)
        let before = decoder.problems.count
        key.decode(JSON5Node(.boolean(false)), &decoder, &inner)

        #expect(before == 0)
        #expect(decoder.problems.count == 1)
    }
}
