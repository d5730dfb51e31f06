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
}
