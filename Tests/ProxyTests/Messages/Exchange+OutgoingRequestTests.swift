import Base
import Config
import Reactor
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeOutgoingRequestTests {
    @Test func `hop-by-hop fields and what Connection names stay here`() throws {
        let played = try PlayedExchange(
            "GET / HTTP/1.1",
            [
                "connection: keep-alive, x-secret", "x-secret: 1", "keep-alive: timeout=5",
                "proxy-connection: close", "te: gzip, trailers", "upgrade: h2c", "x-kept: 2",
            ]
        )

        let text = played.outgoing()

        for name in ["x-secret", "keep-alive", "proxy-connection", "gzip", "h2c"] {
            #expect(!text.contains(name))
        }
        #expect(text.contains("\r\nx-kept: 2\r\n"))
        #expect(text.contains("\r\nconnection: te\r\nte: trailers\r\n"))
    }

    @Test func `nothing of ours reaches the model, however it is spelled`() throws {
        let played = try PlayedExchange(
            "GET / HTTP/1.1",
            ["X-Outrider-Identity: a", "x_outrider.foo: b", "x-outrider-attempt: 1"]
        )

        #expect(!played.outgoing().lowercased().contains("outrider-"))
        #expect(!played.outgoing().contains("x_outrider"))
    }

    @Test func `a trusted peer's forwarding is kept and added to`() throws {
        let played = try PlayedExchange("GET / HTTP/1.1", forwarding)

        let text = played.outgoing(isTrusted: true)

        #expect(text.contains("\r\nx-forwarded-for: 9.9.9.9, 10.1.2.3\r\n"))
        #expect(text.contains("\r\nforwarded: for=9.9.9.9, for=10.1.2.3;host=model;proto=http\r\n"))
        #expect(text.contains("\r\nx-forwarded-proto: https\r\n"))
        #expect(text.contains("\r\nx-forwarded-host: shop\r\n"))
    }

    @Test func `a stranger's forwarding is not believed`() throws {
        let played = try PlayedExchange("GET / HTTP/1.1", forwarding)

        let text = played.outgoing(isTrusted: false)

        #expect(!text.contains("9.9.9.9"))
        #expect(text.contains("\r\nx-forwarded-for: 10.1.2.3\r\n"))
        #expect(text.contains("\r\nx-forwarded-proto: http\r\n"))
        #expect(text.contains("\r\nx-forwarded-host: model\r\n"))
    }

    private let forwarding = [
        "x-forwarded-for: 9.9.9.9", "forwarded: for=9.9.9.9", "x-forwarded-proto: https",
        "x-forwarded-host: shop",
    ]

    @Test func `a sane request id is kept, any other replaced`() throws {
        let sane = try PlayedExchange("GET / HTTP/1.1", ["x-request-id: abc-1"])
        let odd = try PlayedExchange("GET / HTTP/1.1", ["x-request-id: a\"b"])

        #expect(sane.outgoing().contains("\r\nx-request-id: abc-1\r\n"))
        #expect(!odd.outgoing().contains("a\"b"))
        #expect(odd.outgoing().contains("\r\nx-request-id: "))
    }

    @Test(arguments: [("HTTP/1.1", "1.1"), ("HTTP/1.0", "1.0")])
    func `via names the version that came in (RFC 9110 §7.6.3)`(
        _ version: String,
        _ protocolVersion: String
    ) throws {
        let played = try PlayedExchange("GET / \(version)", ["via: 1.1 before"])

        let text = played.outgoing()

        #expect(text.contains("\r\nvia: 1.1 before\r\n"))
        #expect(text.contains("\r\nvia: \(protocolVersion) outrider\r\n"))
        #expect(text.hasPrefix("GET / HTTP/1.1\r\n"))
    }

    @Test func `what remains of the deadline is passed on`() throws {
        let played = try PlayedExchange(
            "GET / HTTP/1.1",
            ["x-request-timeout-ms: 5000", "grpc-timeout: 9S"]
        )
        played.begin()

        let text = played.outgoing(after: .milliseconds(1_200))

        #expect(text.contains("\r\nx-request-timeout-ms: 3800\r\n"))
        #expect(text.contains("\r\ngrpc-timeout: 3800"))
    }

    @Test func `absolute form becomes origin form, and its host wins`() throws {
        let played = try PlayedExchange("GET http://other:81/a?b HTTP/1.1")

        let text = played.outgoing()

        #expect(text.hasPrefix("GET /a?b HTTP/1.1\r\nhost: other:81\r\n"))
        #expect(!text.contains("host: model"))
    }

    @Test func `max-forwards of OPTIONS counts down`() throws {
        let played = try PlayedExchange("OPTIONS * HTTP/1.1", ["max-forwards: 3"])

        #expect(played.outgoing().contains("\r\nmax-forwards: 2\r\n"))
    }

    @Test func `bodies are framed as they came`() throws {
        let chunked = try PlayedExchange("POST / HTTP/1.1", ["transfer-encoding: chunked"])
        let length = try PlayedExchange(
            "POST / HTTP/1.1",
            ["content-length: 5", "expect: 100-continue"]
        )

        #expect(chunked.outgoing().contains("\r\ntransfer-encoding: chunked\r\n"))
        #expect(chunked.exchange.outgoingFraming == .chunked)
        #expect(length.outgoing().contains("\r\ncontent-length: 5\r\n"))
        #expect(length.outgoing().contains("expect"))
        length.begin()
        #expect(!length.outgoing().contains("expect"))
        #expect(length.exchange.outgoingFraming == .identity)
    }

    @Test func `an absolute form names the host where no field does`() throws {
        let played = try PlayedExchange("GET http://model.example/a HTTP/1.0", hasHost: false)

        let text = played.outgoing()

        #expect(text.hasPrefix("GET /a HTTP/1.1\r\nhost: model.example\r\n"))
        #expect(!text.contains("localhost"))
    }

    @Test func `a WebSocket's upgrade is asked for anew`() throws {
        let played = try PlayedExchange(
            "GET / HTTP/1.1",
            [
                "connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13",
                "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
        )

        let text = played.outgoing()

        #expect(text.contains("\r\nconnection: upgrade\r\nupgrade: websocket\r\n"))
        #expect(text.contains("\r\nsec-websocket-version: 13\r\n"))
    }
}

extension PlayedExchange {
    /// The head for the model, as the worker would make it.
    fileprivate func outgoing(isTrusted: Bool = true, after wait: Nanoseconds = .zero) -> String {
        let peer = SocketAddress.ipv4(0x0a01_0203, port: 5)
        exchange.identify(peer: peer, &context)
        var output = ByteBuffer()
        exchange.appendRequest(
            from: RequestOrigin(peer: peer, isTrusted: isTrusted),
            spanID: 1,
            now: now.advanced(by: wait),
            &context.origins,
            to: &output
        )
        return output.text()
    }
}
