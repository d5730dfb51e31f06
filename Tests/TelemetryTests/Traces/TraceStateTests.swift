import Testing

@testable import Telemetry

@Suite struct TraceStateTests {
    private static let printable = String(
        String.UnicodeScalarView((0x20...0x7e).compactMap(UnicodeScalar.init))
    ).filter { $0 != "," && $0 != "=" }

    @Test(arguments: [
        ("", 0), ("foo=1", 1), ("foo=1,bar=2", 2), ("foo=1 \t , \t bar=2", 2), ("foo=1,,bar=2,", 2),
        ("a=\(printable)!", 1), ("abcxyz0189_-*/=1", 1), ("0tenant@system=1", 1),
        (String(repeating: "z", count: 256) + "=1", 1),
        (String(repeating: "t", count: 241) + "@" + String(repeating: "v", count: 14) + "=1", 1),
        ("a=" + String(repeating: "v", count: 256), 1),
    ]) func `a well-formed list is counted (W3C §3.3.1)`(_ list: String, _ members: Int) {
        #expect(with(list) { TraceState.members($0, $1) } == members)
    }

    @Test(arguments: [
        "foo", "=1", "foo=", "foo=,bar=1", "foo=1,bar", "foo =1", "FOO=1", "foo.bar=1", "0foo=1",
        "foo@=1", "@foo=1", "foo@@bar=1", "foo@bar@baz=1", "foo@0bar=1", "foo=1=2", "foo=\u{1}",
        "foo=\u{7f}", "foo=ü", "_foo=1", String(repeating: "z", count: 257) + "=1",
        String(repeating: "t", count: 242) + "@v=1",
        "t@" + String(repeating: "v", count: 15) + "=1",
        "a=" + String(repeating: "v", count: 257),
    ]) func `one malformed member spoils the list (W3C §3.3.1)`(_ list: String) {
        #expect(with(list) { TraceState.members($0, $1) } == nil)
    }
}
