import Testing

@testable import Config

@Suite struct ConfigTypeScalarsTests {
    @Test(arguments: [
        ("limits.headerCount", "8"), ("limits.headerCount", "4096"), ("limits.headerCount", "0x40"),
        ("limits.headerCount", "1e2"), ("workers", "1"), ("workers", "256"),
        ("telemetry.sample", "0"), ("telemetry.sample", "1"), ("telemetry.sample", "+.5"),
    ])
    func `numbers up to their bounds are taken`(_ path: String, _ value: String) {
        #expect(ConfigText(ConfigText.setting(path, to: value)).problems.isEmpty)
    }

    @Test(arguments: [
        "7", "4097", "-1", "8.5", "1e30", "-1e30", "Infinity", "+Infinity", "-Infinity", "NaN",
    ])
    func `a whole number beyond its bounds is refused`(_ value: String) {
        let problems = ConfigText(ConfigText.setting("limits.headerCount", to: value)).problems

        #expect(
            problems == [
                "s.json5:1:26: limits.headerCount: must be a whole number from 8 to 4096"
            ]
        )
    }

    @Test(arguments: ["-0.1", "1.1", "Infinity", "+Infinity", "-Infinity", "NaN"])
    func `a share beyond 0 to 1 is refused`(_ value: String) {
        let problems = ConfigText(ConfigText.setting("telemetry.sample", to: value)).problems

        #expect(problems == ["s.json5:1:24: telemetry.sample: must be a number from 0 to 1"])
    }

    @Test(arguments: [
        ("workers", "true", "must be a whole number, not a boolean"),
        ("workers", "'many'", "must be a whole number or \"auto\", not \"many\""),
        ("limits.headerCount", "'128'", "must be a whole number, not a string"),
        ("telemetry.sample", "'0.1'", "must be a number, not a string"),
        ("admission.shadow", "1", "must be true or false, not a number"),
        ("admission.shadow", "null", "must be true or false, not null"),
        ("service", "1", "must be a string, not a number"),
        ("service", "''", "must not be empty"),
        ("service", "'a\\nb'", "must not hold control characters"),
        ("health.path", "'up'", "must begin with \"/\""),
        ("health.path", "'/a b'", "must be visible ASCII without \"#\""),
        ("timeouts", "null", "must be an object, not null"),
        ("timeouts", "[]", "must be an object, not a list"),
    ])
    func `a wrong type is told with the right one`(
        _ path: String,
        _ value: String,
        _ message: String
    ) {
        let problems = ConfigText(ConfigText.setting(path, to: value)).problems

        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix(": \(path): \(message)") == true, "\(problems)")
    }
}
