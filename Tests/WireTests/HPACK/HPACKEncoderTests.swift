import Base
import Testing

@testable import Wire

@Suite struct HPACKEncoderTests {
    @Test func `requests on one connection are encoded (RFC 7541 C.4)`() {
        var encoder = HPACKEncoder()
        let common = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]

        let blocks = [
            common, common + ["Cache-Control: no-cache"],
            [
                ":method: GET", ":scheme: https", ":path: /index.html",
                ":authority: www.example.com", "Custom-Key: custom-value",
            ],
        ].map { HPACKFeed.hex(HPACKFeed.encode($0, &encoder)) }

        #expect(blocks[0] == "828684418cf1e3c2e5f23a6ba0ab90f4ff")
        #expect(blocks[1] == "828684be5886a8eb10649cbf")
        #expect(blocks[2] == "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")
    }

    @Test func `a secret is never in the table, nor found there (§7.1.3)`() {
        var encoder = HPACKEncoder()
        let field = ["password: secret"]

        let once = HPACKFeed.encode(field, &encoder, .never)
        let indexed = HPACKFeed.encode(field, &encoder)
        let twice = HPACKFeed.encode(field, &encoder, .never)

        #expect(once == twice && once[0] == 0x10)
        #expect(indexed[0] == 0x40)
        #expect(HPACKFeed.encode([":path: /"], &encoder, .never)[0] == 0x14)
    }

    @Test func `what is not indexed is added for its name alone (§6.2.2)`() {
        var encoder = HPACKEncoder()
        let blocks = ["x-id: 1", "x-id: 2", "x-id: 3", "x-id: 1"].map {
            HPACKFeed.hex(HPACKFeed.encode([$0], &encoder, .unindexed))
        }

        #expect(blocks[1...] == ["0f2f0132", "0f2f0133", "0f2f0131"])
        #expect(HPACKFeed.hex(HPACKFeed.encode([":path: /"], &encoder, .unindexed)) == "84")
        #expect(HPACKFeed.hex(HPACKFeed.encode([":path: /a"], &encoder, .unindexed)) == "04022f61")
    }

    @Test func `a large field is not added`() {
        var encoder = HPACKEncoder()
        let large = ["x: " + String(repeating: "y", count: 1_000)]
        let first = HPACKFeed.encode(large, &encoder)

        #expect(first[0] == 0)
        #expect(HPACKFeed.encode(large, &encoder) == first)
    }

    @Test func `a change of the limit is told once, at the next block (§4.2)`() {
        var encoder = HPACKEncoder()
        func block() -> String { HPACKFeed.hex(HPACKFeed.encode([":method: GET"], &encoder)) }

        #expect(block() == "82")
        encoder.limitTable(1_000_000)
        #expect(block() == "82", "more than we take")
        encoder.limitTable(0)
        encoder.limitTable(100)
        #expect(block() == "203f4582")
        encoder.limitTable(100)
        #expect(block() == "82")
        encoder.limitTable(4_096)
        #expect(block() == "3fe11f82")
    }

    @Test func `fields that share a place are all decoded as they were`() throws {
        var encoder = HPACKEncoder()
        var decoder = HPACKDecoder()
        var random = RandomSource(seed: 3)
        for _ in 0..<2_000 {
            let name = "x-\(random.below(200))"
            let field = ["\(name): \(random.below(3))\(String(repeating: "=", count: 20))"]
            let octets = HPACKFeed.encode(field, &encoder)

            #expect(try HPACKFeed.decode(octets, &decoder) == field)
        }
    }
}
