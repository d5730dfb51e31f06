import Base
import Config
import Telemetry
import Testing
import Wire

@testable import Proxy

@Suite struct ExchangeReplyTests {
    @Test(arguments: Reason.allCases)
    func `every reason makes one well-formed answer`(_ reason: Reason) throws {
        let played = try PlayedExchange("POST / HTTP/1.1")

        let text = played.reply(reason)

        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        try #require(parts.count == 2)
        #expect(parts[0].hasPrefix("HTTP/1.1 \(reason.status) "))
        #expect(parts[0].contains("\r\ncontent-length: \(parts[1].utf8.count)\r\n"))
        #expect(parts[0].contains("\r\ncache-control: no-store\r\n"))
        #expect(parts[0].contains("\r\nserver: outrider\r\n"))
        let status = "error=\(reason.proxyStatusType); details=\"\(reason.code)\""
        #expect(parts[0].contains("\r\nproxy-status: outrider-sidecar; \(status)\r\n"))
        #expect(parts[1].contains("\"code\":\"\(reason.code)\""))
        #expect(parts[1].contains("\"type\":\"\(reason.errorType)\""))
    }

    @Test func `who asks for it gets problem+json (RFC 9457)`() throws {
        let played = try PlayedExchange(
            "GET / HTTP/1.1",
            ["accept: application/json, application/problem+json"]
        )

        let text = played.reply(.queueFull)

        #expect(text.contains("\r\ncontent-type: application/problem+json\r\n"))
        #expect(text.contains("{\"type\":\"about:blank\",\"title\":\"Service Unavailable\""))
        #expect(text.contains("\"status\":503,"))
    }

    @Test(
        arguments: [
            (Reason.bodyTooLarge, "request_too_large"), (.breakerOpen, "overloaded_error"),
            (.firstByteTimeout, "timeout_error"), (.malformedRequest, "invalid_request_error"),
            (.internalError, "api_error"),
        ]
    ) func `Anthropic's route gets Anthropic's shape`(_ reason: Reason, _ type: String) throws {
        let played = try PlayedExchange("POST /v1/messages HTTP/1.1")

        let text = played.reply(reason)

        #expect(text.contains("{\"type\":\"error\",\"error\":{\"type\":\"\(type)\","))
    }

    @Test func `when to return is said in three places`() throws {
        let played = try PlayedExchange()
        played.exchange.retryAfter = .milliseconds(1_500)

        let text = played.reply(.queueFull)

        #expect(text.contains("\r\nretry-after: 2\r\n"))
        #expect(text.contains("\r\nretry-after-ms: 1500\r\n"))
        #expect(text.contains("Try again in 2 s."))
        #expect(text.contains("\"retry_after_ms\":1500"))
    }

    @Test(
        arguments: [
            ("POST", Processed.no, "true"), ("POST", .maybe, "false"), ("POST", .yes, "false"),
            ("GET", .maybe, "true"),
        ]
    ) func `SDKs are told whether to try again`(
        _ method: String,
        _ processed: Processed,
        _ advice: String
    ) throws {
        let played = try PlayedExchange("\(method) / HTTP/1.1")
        played.exchange.record.processed = processed

        let text = played.reply(.upstreamReset)

        #expect(text.contains("\r\nx-should-retry: \(advice)\r\n"))
        #expect(text.contains("\r\nx-outrider-processed: \(processed.text)\r\n"))
    }

    @Test func `a client's own mistake comes without advice`() throws {
        let played = try PlayedExchange()

        #expect(!played.reply(.malformedRequest).contains("x-should-retry"))
    }

    @Test func `a refused method is told which are allowed`() throws {
        let played = try PlayedExchange()

        let text = played.reply(.methodNotAllowed)

        #expect(text.contains("\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"))
    }

    @Test func `HEAD gets the head alone`() throws {
        let played = try PlayedExchange("HEAD / HTTP/1.1")

        #expect(played.reply(.breakerOpen).hasSuffix("\r\n\r\n"))
    }

    @Test func `a closing connection is said, and 1.0 kept alive too`() throws {
        let closing = try PlayedExchange()
        let old = try PlayedExchange("GET / HTTP/1.0", ["connection: keep-alive"])

        #expect(closing.reply(.draining, isClosing: true).contains("\r\nconnection: close\r\n"))
        #expect(old.reply(.draining).contains("\r\nconnection: keep-alive\r\n"))
    }

    @Test func `a fallback is answered instead of a 5xx`() throws {
        let played = try PlayedExchange {
            $0.server.fallback = FallbackConfig()
            $0.server.fallback?.headers = [(name: "x-degraded", value: "yes")]
            $0.server.fallback?.body = "later"
        }

        let text = played.reply(.breakerOpen)

        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("\r\nx-degraded: yes\r\n"))
        #expect(text.hasSuffix("\r\ncontent-length: 5\r\n\r\nlater"))
        #expect(played.exchange.record.isFallback == true)
    }

    @Test func `an injected fault has the configured status`() throws {
        let played = try PlayedExchange {
            $0.server.faults = FaultsConfig()
            $0.server.faults?.abort = 418
        }

        #expect(played.reply(.faultInjected).hasPrefix("HTTP/1.1 418 "))
    }

    @Test func `OPTIONS that ends here lists the methods`() throws {
        let played = try PlayedExchange("OPTIONS * HTTP/1.1", ["max-forwards: 0"])
        var output = ByteBuffer()

        played.exchange.appendOptionsAnswer(
            isClosing: false,
            isTrusted: true,
            date: [],
            to: &output
        )

        let text = output.text()
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("\r\nallow: GET, "))
        #expect(text.contains("\r\nx-outrider-load: in_flight=0, queue=0, limit=64, state="))
        #expect(text.hasSuffix("\r\ncontent-length: 0\r\n\r\n"))
    }

    @Test(
        arguments: [
            ("/v1/chat/completions", "data: {\"error\":{"),
            ("/v1/messages", "event: error\ndata: {\"type\":\"error\""),
        ]
    ) func `a broken stream ends in the family's event`(_ path: String, _ start: String) throws {
        let played = try PlayedExchange("POST \(path) HTTP/1.1")
        var output = ByteBuffer()

        played.exchange.appendErrorEvent(.upstreamReset, to: &output)

        let text = output.text()
        #expect(text.hasPrefix(start))
        #expect(text.hasSuffix("}\n\n"))
    }
}

extension PlayedExchange {
    fileprivate func reply(_ reason: Reason, isClosing: Bool = false) -> String {
        var output = ByteBuffer()
        exchange.appendReply(
            reason,
            isClosing: isClosing,
            date: Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8),
            to: &output
        )
        return output.text()
    }
}
