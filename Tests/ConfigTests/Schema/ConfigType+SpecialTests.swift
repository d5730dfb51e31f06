import Testing

@testable import Config

@Suite struct ConfigTypeSpecialTests {
    @Test(arguments: [
        ("telemetry.accessLog", "'text'"), ("telemetry.accessLog", "{}"),
        ("telemetry.accessLog", "{ file: '' }"), ("telemetry.accessLog", "{ path: '/a' }"),
        ("telemetry.accessLog", "null"), ("upstream.hashOn", "'cookie:a'"),
        ("upstream.hashOn", "'header:'"), ("upstream.hashOn", "'header:a b'"),
        ("fallback.headers", "[]"), ("fallback.headers", "{ 'a b': '1' }"),
        ("fallback.headers", "{ 'Content-Length': '1' }"), ("fallback.headers", "{ a: 1 }"),
        ("fallback.headers", "{ a: 'x\\r\\nb: y' }"),
    ])
    func `what could not be meant or would break framing is refused`(
        _ path: String,
        _ value: String
    ) {
        #expect(ConfigText(ConfigText.setting(path, to: value)).problems.count == 1)
    }

    @Test(arguments: [
        ("'json'", TelemetryConfig.AccessLog.standardOutput), ("'off'", .off),
        ("{ file: '/var/log/a' }", .file("/var/log/a")),
    ])
    func `the access log goes where it is told`(
        _ value: String,
        _ log: TelemetryConfig.AccessLog
    ) throws {
        let text = ConfigText.setting("telemetry.accessLog", to: value)

        #expect(try ConfigText(text).load().config.server.telemetry.accessLog == log)
    }
}
