import Testing

@testable import Wire

@Suite struct ClosedStreamsTests {
    @Test(arguments: [ClosedStreams.Ending.complete, .resetByPeer, .resetByUs])
    func `how a stream ended is remembered`(_ ending: ClosedStreams.Ending) {
        var closed = ClosedStreams()
        for id in [1, 0x7fff_ffff] as [UInt32] {
            closed.insert(id, ending)

            #expect(closed.ending(of: id) == ending)
        }
        #expect(closed.ending(of: 3) == nil)
        #expect(closed.ending(of: 257) == nil)
    }

    @Test func `the oldest are forgotten`() {
        var closed = ClosedStreams()
        for id in stride(from: 1 as UInt32, to: 601, by: 2) { closed.insert(id, .resetByUs) }

        let kept = stride(from: 1 as UInt32, to: 601, by: 2).filter { closed.ending(of: $0) != nil }

        #expect(kept.count == 128)
        #expect(kept.first == 345)
    }
}
