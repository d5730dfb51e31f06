import Testing

@testable import Access

@Suite struct APIKeyTests {
    private let key = APIKey.make(random32: (0..<32).map { UInt8($0) })

    @Test func `a key is prefix, secret and checksum`() {
        #expect(key.hasPrefix("ork_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"))
        #expect(key.utf8.count == APIKey.length)
        #expect(Self.isWellFormed(key))
    }

    @Test func `a key and its padding fit one block of SHA-256`() {
        #expect(APIKey.length <= 55)
    }

    @Test(arguments: 0..<53) func `a typo in any place is told`(_ place: Int) {
        var bytes = Array(key.utf8)
        for other in [UInt8(ascii: "a"), UInt8(ascii: "B"), UInt8(ascii: "7")] {
            let before = bytes[place]
            guard other != before else { continue }
            bytes[place] = other
            #expect(!Self.isWellFormed(String(decoding: bytes, as: UTF8.self)))
            bytes[place] = before
        }
    }

    @Test(arguments: 4..<46) func `two neighbours that changed places are told`(_ place: Int) {
        var bytes = Array(key.utf8)
        guard bytes[place] != bytes[place + 1] else { return }
        bytes.swapAt(place, place + 1)

        #expect(!Self.isWellFormed(String(decoding: bytes, as: UTF8.self)))
    }

    @Test func `a key that is cut, longer or foreign is refused`() {
        for text in ["", "ork_", String(key.dropLast()), key + "x", "sk-" + key.dropFirst(3)] {
            #expect(!Self.isWellFormed(text))
        }
    }

    @Test func `different secrets make different keys and hashes`() {
        let other = APIKey.make(random32: [UInt8](repeating: 255, count: 32))
        let hashes = [key, other].map { key in
            let bytes = Array(key.utf8)
            return APIKey.hash(bytes.span)
        }

        #expect(Self.isWellFormed(other))
        #expect(hashes[0] != hashes[1])
        #expect(hashes[0].count == 32)
    }

    private static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return APIKey.isWellFormed(bytes.span)
    }
}
