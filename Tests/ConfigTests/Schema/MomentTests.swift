import Testing

@testable import Config

@Suite struct MomentTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-31", 1_769_817_600),
            ("2026-01-31T00:00:00z", 1_769_817_600), ("2026-01-31T01:00:00+01:00", 1_769_817_600),
            ("2026-01-30T19:30:00-04:30", 1_769_817_600),
            ("2026-01-31T00:00:00.999Z", 1_769_817_600),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
        ] as [(String, Int64)]
    )
    func `a moment is read (RFC 3339)`(_ text: String, _ moment: Int64) {
        #expect(Moment.parse(text) == moment)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2025-02-29", "2026-01-31T", "2026-01-31T00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T00:00:00", "2026-01-31T00:00:00.Z",
        "2026-01-31T00:00:00+1:00", "2026-01-31T00:00:00ZZ", "2026/01/31", "20260131T000000Z",
    ])
    func `anything else is no moment`(_ text: String) {
        #expect(Moment.parse(text) == nil)
    }

    @Test(arguments: [0, 951_782_399, 1_769_817_601, 253_402_300_799] as [Int64])
    func `a moment is written so that it is read again`(_ moment: Int64) {
        #expect(Moment.parse(Moment.text(of: moment)) == moment)
        #expect(Moment.text(of: 1_769_817_601) == "2026-01-31T00:00:01Z")
    }
}
