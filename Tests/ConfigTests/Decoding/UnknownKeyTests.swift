import Testing

@testable import Config

@Suite struct UnknownKeyTests {
    @Test(arguments: [
        ("{ timeots: {} }", "s.json5:1:3: timeots: unknown key, did you mean \"timeouts\"?"),
        ("{ idle: '1s' }", "s.json5:1:3: idle: unknown key, did you mean \"timeouts.idle\"?"),
        (
            "{ drain: { grace: '1s' } }",
            "s.json5:1:12: drain.grace: unknown key; valid here are delay, timeout"
        ),
        (
            "{ retry: { budget: { ration: 1 } } }",
            "s.json5:1:22: retry.budget.ration: unknown key, did you mean \"ratio\"?"
        ),
        (
            "{ auth: {} }",
            "s.json5:1:3: auth: belongs to the configuration of a gateway, which this is not"
        ),
        (
            "{ routes: [], upstream: {} }",
            "s.json5:1:15: upstream: belongs to the configuration of a sidecar, which this is not"
        ),
    ])
    func `an unknown key is told with the best hint there is`(_ text: String, _ problem: String) {
        #expect(ConfigText(text).problems == [problem])
    }
}
