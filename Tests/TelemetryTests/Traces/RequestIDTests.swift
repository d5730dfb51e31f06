import Base
import Telemetry
import Testing

@Suite struct RequestIDTests {
    @Test(arguments: [
        "a", "550e8400-e29b-41d4-a716-446655440000", "Root=1-67891233-abcdef012345678912345678",
        "a.b_c~d:e/f+g=h@i-j", String(repeating: "x", count: 128),
    ]) func `a sane identifier is kept`(_ id: String) {
        #expect(with(id) { RequestID.isSane($0, $1) })
    }

    @Test(arguments: [
        "", " ", "a b", "a\"b", "a\\b", "a,b", "a\nb", "a\u{0}b", "<script>", "é", "a%b", "a;b",
        String(repeating: "x", count: 129),
    ]) func `anything that would need escaping is not kept`(_ id: String) {
        #expect(!with(id) { RequestID.isSane($0, $1) })
    }
}
