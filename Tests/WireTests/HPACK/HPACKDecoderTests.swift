import Testing

@testable import Wire

@Suite struct HPACKDecoderTests {
    @Test func `literal fields are decoded (RFC 7541 C.2)`() throws {
        let custom = "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"
        #expect(try HPACKFeed.decode(custom) == ["custom-key: custom-header"])
        let path = "040c 2f73 616d 706c 652f 7061 7468"
        #expect(try HPACKFeed.decode(path) == [":path: /sample/path"])
        let secret = "1008 7061 7373 776f 7264 0673 6563 7265 74"
        #expect(try HPACKFeed.decode(secret) == ["password: secret"])
        #expect(try HPACKFeed.decode("82") == [":method: GET"])
    }

    @Test(
        arguments: [
            [
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
            ],
            [
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
            ],
        ]
    )
    func `requests on one connection are decoded (RFC 7541 C.3, C.4)`(_ blocks: [String]) throws {
        var decoder = HPACKDecoder()

        let lists = try blocks.map { try HPACKFeed.decode(HPACKFeed.octets($0), &decoder) }

        let common = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"]
        #expect(lists[0] == common)
        #expect(lists[1] == common + ["cache-control: no-cache"])
        #expect(
            lists[2] == [
                ":method: GET", ":scheme: https", ":path: /index.html",
                ":authority: www.example.com", "custom-key: custom-value",
            ]
        )
    }

    @Test(
        arguments: [
            [
                "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
                    + "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65"
                    + "7861 6d70 6c65 2e63 6f6d", "4803 3330 37c1 c0bf",
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220"
                    + "474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f"
                    + "5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630"
                    + "303b 2076 6572 7369 6f6e 3d31",
            ],
            [
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                    + "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
                "4883 640e ffc1 c0bf",
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27"
                    + "0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
            ],
        ]
    )
    func `responses evict what is old (RFC 7541 C.5, C.6)`(_ blocks: [String]) throws {
        var decoder = HPACKDecoder(tableSize: 256)

        let lists = try blocks.map { try HPACKFeed.decode(HPACKFeed.octets($0), &decoder) }

        let first = [
            ":status: 302", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com",
        ]
        #expect(lists[0] == first)
        #expect(lists[1] == [":status: 307"] + first.dropFirst())
        #expect(
            lists[2] == [
                ":status: 200", "cache-control: private", "date: Mon, 21 Oct 2013 20:13:22 GMT",
                "location: https://www.example.com", "content-encoding: gzip",
                "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
            ]
        )
    }

    @Test(
        arguments: [
            "80", "be", "bf", "ff00", "ffff ffff 7f", "ff80 8080 8000", "7e 0161", "0f30 0161",
            "40", "4001", "4001 61", "4001 6101", "00 0161 7f", "00 0161 7fff ffff 7f", "00 8100",
            "00 81ff 00", "00 0161 84ff ffff ff", "3fe2 1f", "82 20", "4001 6101 62 3e",
        ]
    )
    func `a block that is none is malformed`(_ block: String) {
        #expect(throws: HPACKDecoder.Failure.malformed) { try HPACKFeed.decode(block) }
    }

    @Test func `a size update stands at the beginning, within the limit (§4.2)`() throws {
        #expect(try HPACKFeed.decode("3fe11f 82") == [":method: GET"])
        #expect(try HPACKFeed.decode("20 3fe11f 82") == [":method: GET"])
        #expect(try HPACKFeed.decode("20").isEmpty)
    }

    @Test func `a lower limit is owed an update (§4.2)`() throws {
        var decoder = HPACKDecoder()
        decoder.limitTable(100)
        decoder.limitTable(200)
        let malformed = HPACKDecoder.Failure.malformed

        for block in ["82", "", "3fa901 82"] {
            var other = HPACKDecoder()
            other.limitTable(100)
            other.limitTable(200)
            #expect(throws: malformed) {
                try HPACKFeed.decode(HPACKFeed.octets(block), &other)
            }
        }
        // 100, then 200; later blocks owe nothing.
        let lines = try HPACKFeed.decode(HPACKFeed.octets("3f45 3fa901 82"), &decoder)
        #expect(lines == [":method: GET"])
        #expect(try HPACKFeed.decode([0x82], &decoder) == [":method: GET"])
    }

    @Test func `a smaller table forgets what is beyond it (§4.3)`() throws {
        var decoder = HPACKDecoder()
        let two = HPACKFeed.octets("4001 6101 31 4001 6201 32")
        _ = try HPACKFeed.decode(two, &decoder)

        // Each of them has a size of 34.
        #expect(try HPACKFeed.decode(HPACKFeed.octets("3f03 be"), &decoder) == ["b: 2"])
        #expect(throws: HPACKDecoder.Failure.malformed) {
            try HPACKFeed.decode([0xbf], &decoder)
        }
    }

    @Test func `a field larger than the table leaves it empty (§4.4)`() throws {
        var decoder = HPACKDecoder(tableSize: 40)
        _ = try HPACKFeed.decode(HPACKFeed.octets("4001 6101 31"), &decoder)
        let large = "4001 6108 3132 3334 3536 3738"

        #expect(try HPACKFeed.decode(HPACKFeed.octets(large), &decoder) == ["a: 12345678"])
        #expect(throws: HPACKDecoder.Failure.malformed) {
            try HPACKFeed.decode([0xbe], &decoder)
        }
    }

    @Test func `a name may be that of a field which its own field evicts (§4.4)`() throws {
        var decoder = HPACKDecoder(tableSize: 40)
        _ = try HPACKFeed.decode(HPACKFeed.octets("4001 6101 31"), &decoder)

        #expect(try HPACKFeed.decode(HPACKFeed.octets("7e 0232 33"), &decoder) == ["a: 23"])
        #expect(try HPACKFeed.decode([0xbe], &decoder) == ["a: 23"])
    }
}
