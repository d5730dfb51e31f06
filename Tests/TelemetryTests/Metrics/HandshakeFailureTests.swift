import Testing

@testable import Telemetry

@Suite struct HandshakeFailureTests {
    @Test func `each cause has a place and a word of its own`() {
        let causes = HandshakeFailure.allCases

        #expect(causes.map(\.index) == Array(0..<causes.count))
        #expect(Set(causes.map { "\($0.text)" }).count == causes.count)
    }
}
