import Base
import Support

@testable import Crypto

/// An authority, a server with its certificate, and clients that believe it.
struct TLSBench {
    let authority: TestAuthority
    let pair: TestAuthority.Pair
    var server: TLSServer
    var tickets = TicketKeys(now: Instant(nanoseconds: 0))
    var settings = TLSClient.Settings()
    var serverProtocols: [ALPN] = []
    var clientProtocols: [ALPN] = []

    init(_ names: [String] = ["DNS:model.test"], days: Int = 2) throws {
        authority = try TestAuthority()
        pair = try authority.issue(names, days: days)
        server = try TLSServer([TLSServer.Identity(pair)])
        settings.authority = authority.own.chain
    }

    /// A client and the server, which have not spoken yet.
    func meet(
        _ name: String = "model.test",
        cache: TLSSessionCache? = nil
    ) throws -> TLSConversation {
        let client = try TLSClient(settings)
        return TLSConversation(
            client: TLSSession(
                client: client,
                name: name,
                cache: cache,
                protocols: clientProtocols
            ),
            server: TLSSession(server: server, tickets: tickets, protocols: serverProtocols)
        )
    }
}
