import Telemetry
import Testing

@Suite struct WasteTests {
    @Test(arguments: [
        (Reason.clientGone, Optional(Waste.clientGone)), (.idleTimeout, .timeout),
        (.firstByteTimeout, .timeout), (.deadlineExceeded, .deadline), (.queueFull, nil),
        (.upstreamReset, nil),
    ]) func `only answers that nobody waited for are waste`(_ reason: Reason, _ waste: Waste?) {
        #expect(Waste(reason) == waste)
    }

    @Test func `indices count the list`() {
        #expect(Waste.allCases.map(\.index) == Array(Waste.allCases.indices))
        #expect(Waste.allCases.map { "\($0.text)" } == ["client_gone", "timeout", "deadline"])
    }
}
