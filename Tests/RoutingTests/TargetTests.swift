import Testing

@testable import Routing

@Suite struct TargetTests {
    @Test func `service and version make a target`() {
        #expect(Target(service: 0, version: 1) != Target(service: 1, version: 0))
        #expect(Target(service: 1, version: 1) == Target(service: 1, version: 1))
    }
}
