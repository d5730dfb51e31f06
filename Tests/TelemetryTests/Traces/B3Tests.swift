import Testing

@testable import Telemetry

@Suite struct B3Tests {
    private static let trace = "80f198ee56343ba864fe8b2a57d3eff7"
    private static let span = "e457b5a2e4d86bd1"
    private static let ids = B3.IDs(
        traceID: 0x80f1_98ee_5634_3ba8_64fe_8b2a_57d3_eff7,
        parentID: 0xe457_b5a2_e4d8_6bd1
    )

    @Test(arguments: [
        ("\(trace)-\(span)-1-05e3ac9a4f6e3b90", true as Bool?), ("\(trace)-\(span)-d", true),
        ("\(trace)-\(span)-0", false), ("\(trace)-\(span)", nil),
    ]) func `the single header names trace, span and decision`(_ value: String, _ isSampled: Bool?)
    {
        let read = with(value) { B3(single: $0, $1) }

        #expect(read == B3(ids: Self.ids, isSampled: isSampled))
    }

    @Test func `a trace of 16 digits is a short one`() {
        let read = with("64fe8b2a57d3eff7-\(Self.span)") { B3(single: $0, $1) }

        #expect(read?.ids?.traceID == 0x64fe_8b2a_57d3_eff7)
    }

    @Test(arguments: [("0", false), ("1", true), ("d", true), ("true", true), ("false", false)])
    func `a decision may come alone`(_ value: String, _ isSampled: Bool) {
        #expect(with(value) { B3(single: $0, $1) } == B3(ids: nil, isSampled: isSampled))
    }

    @Test(arguments: [
        "", "-", "2", "\(trace)", "\(trace)-", "\(trace)-\(span)-", "\(trace)-\(span)-x",
        "\(trace)-\(span)-1-", "\(trace)-\(span)-1-05e3ac9a4f6e3b90-", "\(trace)0-\(span)",
        "\(trace)-\(span)0", "0000000000000000-\(span)", "\(trace)-0000000000000000",
        "\(trace)-\(span)-1-x5e3ac9a4f6e3b90",
    ]) func `anything else is malformed`(_ value: String) {
        #expect(with(value) { B3(single: $0, $1) } == nil)
    }
}
