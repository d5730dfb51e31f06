import Base
import Reactor
import Wire

/// What becomes of clients that hold slots which others wait for, and hardly move.
extension Worker {
    /// Looks at every exchange whose slot others wait for; told four times a second while any do.
    mutating func press() {
        // All of them before any: with the first that ends, its line may be empty.
        var pressed: [Handle<Exchange>] = []
        for exchange in exchanges.handles() where exchange != draft {
            guard exchanges[exchange].holdsSlot, exchanges[exchange].upstream.hasQueue else {
                continue
            }
            pressed.append(exchange)
        }
        for exchange in pressed {
            // One may have ended with the connection of another.
            guard exchanges.contains(exchange), exchanges[exchange].holdsSlot else { continue }
            let port = exchanges[exchange].client
            deliver(.pressed(waiting: waiting(of: exchange)), to: exchange)
            let isOver = !exchanges.contains(exchange) || !exchanges[exchange].holdsSlot
            settle()
            if isOver { noteSlowStream(of: port) }
        }
        settle()
    }

    /// Bytes of its answer that the client has not taken.
    private mutating func waiting(of exchange: Handle<Exchange>) -> Int {
        let port = exchanges[exchange].client
        guard downstreams.contains(port) else { return 0 }
        if let session = downstreams[port].http2, let stream = exchanges[exchange].clientStream.id {
            return clientSessions[session].engine.pending(on: stream)
        }
        return downstreams[port].outbox.bytes.readableCount
            + (downstreams[port].outbox.pipe?.count ?? 0)
    }
}
