import Testing

@testable import Crypto

@Suite struct ServerNamesTests {
    private let names = ServerNames([["a.test"], ["b.test", "*.c.test", "a.test"], ["*.a.test"]])

    @Test(arguments: [
        ("a.test", 0), ("A.Test", 0), ("b.test", 1), ("x.c.test", 1), ("y.x.c.test", nil),
        ("c.test", nil), (".c.test", nil), ("z.a.test", 2), ("", nil), ("test", nil),
    ]) func `a wildcard stands for one label (RFC 9525 §6.3)`(_ name: String, _ index: Int?) {
        #expect(names.find(name) == index)
    }
}
