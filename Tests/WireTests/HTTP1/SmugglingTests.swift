import Testing

@testable import Wire

/// Mutated Transfer-Encoding lines in a POST with both lengths: no reading may split in two.
@Suite struct SmugglingTests {
    @Test(.enabled(if: Suites.hasGadgets))
    func `a gadget is refused or is one request of its declared length`() {
        let body = "1\r\nA\r\nQ"
        let wrong = Suites.gadgets().filter { gadget in
            let text =
                "POST / HTTP/1.1\r\n\(gadget.line)\r\nHost: a\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            let verdict = RequestFeed.verdict(latin1(text))
            guard case .accepted = verdict else { return false }
            return !isOneRequest(text, body)
        }

        #expect(wrong.map(\.name) == [])
        #expect(Suites.gadgets().count > 1_000)
    }

    @Test(.enabled(if: Suites.hasGadgets))
    func `a gadget that passes reads to nobody as Transfer-Encoding`() {
        let accepted = Suites.gadgets().filter { gadget in
            let text =
                "POST / HTTP/1.1\r\n\(gadget.line)\r\nHost: a\r\nContent-Length: 8\r\n\r\n"
            return (try? RequestFeed.whole(text)) != nil
        }
        // What is left are other field names, spelt with token characters only.
        let suspicious = accepted.filter { gadget in
            let line = gadget.line
            guard let name = line.split(separator: ":").first else { return true }
            let isToken = name.utf8.allSatisfy { $0 > 32 && $0 < 127 }
            return !isToken || name.lowercased() == "transfer-encoding"
        }

        #expect(suspicious.map(\.line) == [])
    }

    private func isOneRequest(_ text: String, _ body: String) -> Bool {
        guard let parsed = try? RequestFeed.whole(text) else { return false }
        return parsed.head.framing == .length(UInt64(body.utf8.count))
            && parsed.consumed + body.utf8.count == latin1(text).count
    }
}
