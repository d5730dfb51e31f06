import Testing

@testable import Telemetry

@Suite struct ServiceNamesTests {
    private let names = ServiceNames([
        ServiceNames.Service(name: "a\"b", endpoints: ["127.0.0.1:8000"])
    ])

    @Test func `names are ready JSON strings`() {
        #expect(names.service(0) == Array(#""a\"b""#.utf8))
        #expect(names.endpoint(0, of: 0) == Array(#""127.0.0.1:8000""#.utf8))
    }

    @Test func `places that a reload removed have no name`() {
        #expect(names.service(1) == nil)
        #expect(names.endpoint(1, of: 0) == nil)
        #expect(names.endpoint(0, of: -1) == nil)
    }
}
