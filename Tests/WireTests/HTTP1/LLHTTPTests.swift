import Base
import Testing

@testable import Wire

/// llhttp's own cases with its strict verdicts, which are the least that is asked of us.
@Suite struct LLHTTPTests {
    /// What llhttp passes and we refuse, each for a rule of RFC 9112 or of this product.
    static let stricter: [String: String] = [
        "ANNOUNCE request with RTSP": "another protocol",
        "OPTIONS request with RTSP": "another protocol",
        "SOURCE request with ICE": "another protocol",
        "RTSP response": "another protocol",
        "ICE response": "another protocol",
        "HTTP version 0.9": "not HTTP/1",
        "No HTTP version": "HTTP/0.9 has no head to forward",
        "PRI request HTTP2": "an HTTP/2 preface with the wrong version",
        "M-SEARCH request": "the asterisk form is for OPTIONS (RFC 9112 §3.2.4)",
        "Fragment in URI": "a target has no fragment (RFC 9112 §3.2)",
        "host:port` and basic auth": "userinfo is refused (RFC 9110 §4.2.4)",
        "POST with `chunked` as last transfer-encoding": "its target has a fragment",
        "POST with `chunked` as last transfer-encoding (multiple headers)": "the same",
        "Response starting with CRLF": "bytes before a status line (RFC 9112 §2.2)",
        "HTTP 100 first, then 400": "bytes before the second status line",
        "HTTP 304 with Content-Length": "bytes before the second status line",
        "Should parse multiple events": "bytes before the second status line",
        "chunked` before other transfer-encoding": "only chunked is spoken",
        "multiple transfer-encoding where chunked is not the last one": "only chunked is spoken",
        "chunkedchunked` transfer-encoding does not enable chunked enconding":
            "only chunked is spoken",
    ]

    /// What llhttp refuses and we pass: any token is a method (RFC 9110 §9.1).
    static let looser = ["HTTP protocol and ANNOUNCE method", "Invalid method"]

    @Test(.enabled(if: Suites.hasLLHTTP), arguments: Suites.fixtures("request"))
    func `a request that llhttp refuses is refused`(_ fixture: Suites.Fixture) {
        guard fixture.isRefused, !Self.looser.contains(fixture.name) else { return }
        let text = fixture.text
        // Some stop before their head ends: what they began must not pass when it does.
        let refusal = refusal(ofRequests: text) ?? refusal(ofRequests: text + "\r\n\r\n")
        #expect(refusal != nil)
    }

    @Test(.enabled(if: Suites.hasLLHTTP), arguments: Suites.fixtures("request"))
    func `a request that llhttp passes is passed`(_ fixture: Suites.Fixture) {
        guard !fixture.isRefused, Self.stricter[fixture.name] == nil else { return }
        #expect(refusal(ofRequests: fixture.text) == nil)
    }

    @Test(.enabled(if: Suites.hasLLHTTP), arguments: Suites.fixtures("response"))
    func `a response that llhttp refuses is refused`(_ fixture: Suites.Fixture) {
        guard fixture.isRefused else { return }
        let text = fixture.text
        let refusal = refusal(ofResponses: text) ?? refusal(ofResponses: text + "\r\n\r\n")
        #expect(refusal != nil)
    }

    @Test(.enabled(if: Suites.hasLLHTTP), arguments: Suites.fixtures("response"))
    func `a response that llhttp passes is passed`(_ fixture: Suites.Fixture) {
        guard !fixture.isRefused, Self.stricter[fixture.name] == nil else { return }
        #expect(refusal(ofResponses: fixture.text) == nil)
    }

    @Test(
        .enabled(if: Suites.hasLLHTTP),
        arguments: Suites.fixtures("request").filter { $0.text.utf8.count < 600 }
    )
    func `a request is judged alike however it arrives`(_ fixture: Suites.Fixture) {
        #expect(RequestFeed.disagreement(withHost(fixture.text)) == nil)
    }

    @Test(
        .enabled(if: Suites.hasLLHTTP),
        arguments: Suites.fixtures("response").filter { $0.text.utf8.count < 600 }
    )
    func `a response is judged alike however it arrives`(_ fixture: Suites.Fixture) {
        #expect(ResponseFeed.disagreement(fixture.text) == nil)
    }

    /// llhttp leaves Host to its caller, so its cases have none; ours must.
    private func withHost(_ text: String) -> String {
        if text.lowercased().contains("\r\nhost:") { return text }
        return text.replacing("HTTP/1.1\r\n", with: "HTTP/1.1\r\nHost: a\r\n")
    }

    /// Why the messages in `text` are refused, read until one closes the connection.
    private func refusal(ofRequests text: String) -> String? {
        var bytes = latin1(withHost(text))
        while !bytes.isEmpty {
            switch step(&bytes) {
            case .ended: return nil
            case .next: continue
            case .refused(let reason): return reason
            }
        }
        return nil
    }

    private func refusal(ofResponses text: String) -> String? {
        var bytes = latin1(text)
        while !bytes.isEmpty {
            do throws(ResponseHeadParser.Failure) {
                guard let parsed = try ResponseFeed.feed(bytes, cuts: []) else { return nil }
                bytes.removeFirst(parsed.consumed)
                if parsed.head.isSwitch { return nil }
                let body = takeBody(&bytes, parsed.head.framing)
                guard body == nil, parsed.head.isKeptAlive else { return body }
            } catch {
                return "\(error)"
            }
        }
        return nil
    }

    private enum Step {
        case ended
        case next
        case refused(String)
    }

    private func step(_ bytes: inout [UInt8]) -> Step {
        do throws(RequestHeadParser.Failure) {
            guard let parsed = try RequestFeed.feed(bytes, cuts: []) else { return .ended }
            bytes.removeFirst(parsed.consumed)
            let isOver = parsed.head.method == .connect || parsed.head.upgrade != .none
            if isOver || parsed.head.fields.contains(.upgrade) { return .ended }
            if let reason = takeBody(&bytes, parsed.head.framing) { return .refused(reason) }
            return parsed.head.isKeptAlive ? .next : .ended
        } catch {
            return .refused("\(error)")
        }
    }

    private func takeBody(_ bytes: inout [UInt8], _ framing: BodyFraming) -> String? {
        switch BodyFeed.verdict(bytes, framing) {
        case .refused(let failure): return "\(failure)"
        case .incomplete: bytes = []
        case .complete(_, _, let rest): bytes.removeFirst(bytes.count - rest)
        }
        return nil
    }
}
