import Foundation
import Testing

@testable import Base

@Suite struct Base64URLTests {
    @Test(
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ]
    )
    func `the vectors of RFC 4648 §10 go both ways`(_ plain: String, _ text: String) {
        var written: [UInt8] = []
        let bytes = Array(plain.utf8)
        Base64URL.append(bytes.span, to: &written)

        #expect(String(decoding: written, as: UTF8.self) == text)
        let decoded = Base64URL.decode(written.span)
        #expect(decoded == bytes)
    }

    @Test(
        arguments: [
            "Zg==", "Zh", "Zm9=", "Zm9", "A", "AAAAA", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9v.",
            "Zm?v", "Zmé", "AB", "AAB", "Z\0==", "=", "====",
        ]
    )
    func `what is not canonical is refused`(_ text: String) {
        let bytes = Array(text.utf8)

        let decoded = Base64URL.decode(bytes.span)
        #expect(decoded == nil)
    }

    @Test(arguments: 0..<200) func `all bytes survive the way there and back`(_ count: Int) {
        var random = RandomSource(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var written: [UInt8] = []

        Base64URL.append(bytes.span, to: &written)

        let standard = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        #expect(String(decoding: written, as: UTF8.self) == standard)
        let decoded = Base64URL.decode(written.span)
        #expect(decoded == bytes)
    }
}
