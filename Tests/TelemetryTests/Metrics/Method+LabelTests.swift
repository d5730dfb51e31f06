import Telemetry
import Testing
import Wire

@Suite struct MethodLabelTests {
    @Test func `every known method is named as on the wire`() {
        for method in Method.allCases where method != .other {
            let parsed = with("\(method.label)") { Method($0, $1) }
            #expect(parsed == method)
        }
        #expect("\(Method.other.label)" == "_OTHER")
    }
}
