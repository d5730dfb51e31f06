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
}
