import Base
import Policy
import Testing

@Suite struct DrainPhaseTests {
    @Test func `a drain announces, refuses, and ends when the last request has`() {
        var phase = begun(at: 10)
        #expect(phase.isDraining && phase.isAdmitting)
        #expect(phase.nextChange == .second(15))

        let early = phase.advance(now: .second(14.9), isIdle: true)
        #expect(!early && phase.isAdmitting)
        let refused = phase.advance(now: .second(15), isIdle: false)
        #expect(refused && !phase.isAdmitting)
        #expect(phase.nextChange == .second(125))
        let ended = phase.advance(now: .second(40), isIdle: true)

        #expect(ended && phase == .over && !phase.isAdmitting)
        #expect(phase.nextChange == nil)
    }

    @Test func `what is left at the end of the timeout is not waited for`() {
        var phase = begun(at: 10)

        phase.advance(now: .second(15), isIdle: false)
        phase.advance(now: .second(124.9), isIdle: false)
        #expect(phase == .refusing(until: .second(125)))
        phase.advance(now: .second(125), isIdle: false)

        #expect(phase == .over)
    }

    @Test func `an idle process still announces for the whole delay`() {
        var phase = begun(at: 10)

        phase.advance(now: .second(12), isIdle: true)
        #expect(phase.isAdmitting)
        phase.advance(now: .second(15), isIdle: true)

        #expect(phase == .over)
    }

    @Test func `a second begin changes nothing`() {
        var phase = begun(at: 10)
        let before = phase

        phase.begin(delay: .seconds(50), timeout: .seconds(500), now: .second(12))

        #expect(phase == before)
    }

    @Test(arguments: [0, 6, 200]) func `undo takes everything back`(_ seconds: Double) {
        var phase = begun(at: 0)
        phase.advance(now: .second(seconds), isIdle: false)

        phase.undo()

        #expect(phase == .serving && phase.isAdmitting && !phase.isDraining)
        #expect(phase.nextChange == nil)
    }

    @Test func `serving never ends by itself`() {
        var phase = DrainPhase.serving

        let isMoved = phase.advance(now: .second(1e9), isIdle: true)

        #expect(!isMoved && phase == .serving)
    }

    private func begun(at seconds: Double) -> DrainPhase {
        var phase = DrainPhase.serving
        phase.begin(delay: .seconds(5), timeout: .seconds(110), now: .second(seconds))
        return phase
    }
}
