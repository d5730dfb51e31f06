import Testing

@testable import Telemetry

@Suite struct BaggageTests {
    @Test(arguments: [
        ("", 0), (" ", 0), ("a=1", 1), ("a=1,b=2;p=1", 2), (" a=1 , , b=2,", 2),
    ]) func `members are what stands between commas`(_ list: String, _ members: Int) {
        #expect(with(list) { Baggage.members($0, $1) } == members)
    }
}
