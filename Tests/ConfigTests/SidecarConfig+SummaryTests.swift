import Testing

@testable import Config

@Suite struct SidecarConfigSummaryTests {
    @Test func `the summary says what would run, on one line`() throws {
        let text = "{ service: 'm', admin: null, upstream: { endpoints: ['unix:/m.sock'] } }"

        let summary = try ConfigText(text).sidecar().summary

        let expected =
            "sidecar \"m\" :4000 -> unix:/m.sock (generic), no admin port, 2 tries, "
            + "64 at once and 128 waiting"
        #expect(summary == expected)
    }
}
