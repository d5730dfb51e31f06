import Testing

@testable import outrider

@Suite struct LoopbackPortTests {
    @Test func `a port that is held is not held twice`() throws {
        let first = try LoopbackPort.hold(preferring: 0)
        let number = first.number

        let isTaken = LoopbackPort(number) == nil
        let other = try LoopbackPort.hold(preferring: number)

        let otherNumber = other.number
        #expect(isTaken)
        #expect(otherNumber != number)
        _ = consume first
    }

    @Test func `a port that was let go stays claimed`() throws {
        let first = try LoopbackPort.hold(preferring: 0)
        let number = first.number
        let claim = first.claim
        _ = consume first

        let isTaken = LoopbackPort(number) == nil

        #expect(isTaken)
        withExtendedLifetime(claim) {}
    }
}
