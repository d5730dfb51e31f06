import Access
import Config
import Testing

@testable import outrider

@Suite struct KeyListingTests {
    @Test func `each secret has a line with its state and never its whole hash`() throws {
        var record = KeyRecord(id: "acme")
        record.caller.tenant = "umbrella"
        let spans: [(Int64?, Int64?)] = [(nil, 50), (nil, nil), (200, nil)]
        record.secrets = spans.enumerated().map { index, times in
            var secret = KeyRecord.Secret(hash: [UInt8](repeating: UInt8(index), count: 32))
            secret.notBefore = times.0
            secret.expires = times.1
            return secret
        }
        record.secrets.append(KeyRecord.Secret(hash: [UInt8](repeating: 9, count: 32)))
        record.secrets[3].isRevoked = true
        var file = KeyFile(path: "k")
        try file.add(record)
        try file.add(KeyRecord(id: "b"))

        let lines = KeyListing(file, now: 100).text.split(separator: "\n").map(String.init)

        let states = ["expired", "active", "not yet", "revoked", "no secret"]
        #expect(lines.count == 6)
        for (line, state) in zip(lines.dropFirst(), states) { #expect(line.contains(state)) }
        #expect(lines[1].hasPrefix("acme  umbrella  -     expired"))
        #expect(lines[1].hasSuffix("1970-01-01T00:00:50Z  sha256:00000000..."))
    }
}
