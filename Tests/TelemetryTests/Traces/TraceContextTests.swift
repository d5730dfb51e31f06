import Base
import Telemetry
import Testing

@Suite struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    private func read(_ value: String) -> TraceContext? {
        with(value) { TraceContext(traceparent: $0, $1) }
    }

    @Test(arguments: [
        ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false),
        ("00-\(trace)-\(span)-ff", true), ("01-\(trace)-\(span)-01", true),
        ("cc-\(trace)-\(span)-00", false), ("cc-\(trace)-\(span)-01-what-the-future-brings", true),
        ("fe-\(trace)-\(span)-01-", true),
    ]) func `a valid traceparent is read, higher versions as 00 (W3C §3.2)`(
        _ value: String,
        _ isSampled: Bool
    ) throws {
        let context = try #require(read(value))

        #expect(context.traceID == 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c)
        #expect(context.parentID == 0xb7ad_6b71_6920_3331)
        #expect(context.isSampled == isSampled)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)-0", "00-\(trace)-\(span)-011", "00-\(trace)-\(span)-01-",
        "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-01.", "01-\(trace)-\(span)-01.more",
        "01-\(trace)-\(span)-011", "ff-\(trace)-\(span)-01", "FE-\(trace)-\(span)-01",
        "0-\(trace)-\(span)-01", ".0-\(trace)-\(span)-01", "0x-\(trace)-\(span)-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span.uppercased())-01",
        "00-\(trace)-\(span)-0A", "00-\(trace)-\(span)-.1", "00_\(trace)-\(span)-01",
        "00-\(trace)_\(span)-01", "00-\(trace)-\(span)_01", "00-\(trace.dropLast())-\(span)-01",
        "00-\(trace)0-\(span)-01", "00-\(trace)-\(span)0-01", "00-\(trace.dropLast())g-\(span)-01",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01 ",
    ]) func `a malformed traceparent is none at all (W3C §3.2)`(_ value: String) {
        #expect(read(value) == nil)
    }

    @Test func `unknown flags are not passed on (W3C §3.2.2.5)`() throws {
        let context = try #require(read("00-\(Self.trace)-\(Self.span)-ff"))

        let value = written { context.append(to: &$0, spanID: 0x1) }

        #expect(value == "00-\(Self.trace)-0000000000000001-03")
    }

    @Test func `zero names no trace and no span`() {
        #expect(TraceContext(traceID: 0, parentID: 1, isSampled: true) == nil)
        #expect(TraceContext(traceID: 1, parentID: 0, isSampled: true) == nil)
        #expect(TraceContext(traceID: 1, parentID: 1, isSampled: true)?.isSampled == true)
    }
}
