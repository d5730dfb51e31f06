import Base
import Telemetry
import Testing

@Suite struct CounterFamilyTests {
    @Test func `each label value has its own cell`() {
        let family = CounterFamily(["a", "b", "c"])

        family.add(at: 0)
        family.add(5, at: 2)
        family.add(Nanoseconds(7 as UInt64), at: 2)

        #expect((0..<3).map(family.value(at:)) == [1, 0, 12])
    }

    @Test func `every closed list fits`() {
        #expect(Reason.allCases.count <= CounterFamily.valuesMax)
        #expect(RetryReason.allCases.count <= CounterFamily.valuesMax)
    }
}
