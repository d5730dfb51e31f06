import Config
import Testing

@testable import Proxy

@Suite struct ResolvedNamesTests {
    private let name = Address.dns("chat.local", port: 4_000)

    private func host(_ number: Int) -> Address { .host("10.0.0.\(number)", port: 4_000) }

    @Test func `a name stands for nobody until it is looked up`() {
        var names = ResolvedNames()
        #expect(names.addresses(of: [host(1), name]) == [host(1)])

        let isNew = names.set(name, [host(3), host(2)])

        #expect(isNew)
        #expect(names.addresses(of: [host(1), name]) == [host(1), host(2), host(3)])
    }

    @Test func `the order of an answer does not matter`() {
        var names = ResolvedNames()
        _ = names.set(name, [host(2), host(1)])

        let isOther = [
            names.set(name, [host(1), host(2)]), names.set(name, [host(1)]),
            names.set(name, []), names.set(name, []),
        ]

        #expect(isOther == [false, true, true, false])
    }

    @Test func `one address counts once, however it is named`() {
        var names = ResolvedNames()
        _ = names.set(name, [host(1), host(2), host(2)])

        #expect(names.addresses(of: [host(2), name, name, host(2)]) == [host(2), host(1)])
    }

    @Test func `a name stands for so many addresses at most`() {
        var names = ResolvedNames()
        _ = names.set(name, (0..<200).map { host($0) })

        #expect(names.addresses(of: [name]).count == ResolvedNames.addressesMax)
    }
}
