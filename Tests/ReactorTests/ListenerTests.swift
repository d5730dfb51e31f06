import Base
import Reactor
import Testing

@Suite struct ListenerTests {
    @Test func `a connection over loopback carries bytes both ways`() throws {
        let pair = try Pair()

        try pair.client.sendAll(Array("ping".utf8))
        let asked = try pair.server.receive(4)
        try pair.server.sendAll(Array("pong".utf8))
        let answered = try pair.client.receive(4)
        let isLoopback = pair.peer.isLoopback

        #expect(asked == Array("ping".utf8))
        #expect(answered == Array("pong".utf8))
        #expect(isLoopback)
    }
}
