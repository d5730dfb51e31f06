import Access
import Base

extension FuzzTarget {
    /// API keys: what is well formed is what its secret makes, byte for byte.
    static let apiKey = FuzzTarget(
        name: "api-key",
        seeds: [
            APIKey.make(random32: [UInt8](repeating: 0, count: 32)),
            APIKey.make(random32: (0..<32).map { UInt8($0 * 8) }), "ork_", "sk-x",
        ],
        words: ["ork_", "-", "_", "A", "000000"]
    ) { bytes throws(Broken) in
        if bytes.count == 32 {
            let made = Array(APIKey.make(random32: bytes).utf8)
            try require(APIKey.isWellFormed(made.span), "a key that was made is malformed")
        }
        guard APIKey.isWellFormed(bytes.span) else { return }
        let secret = Base64URL.decode(bytes.span.extracting(4..<47)) ?? []
        try require(secret.count == 32, "a secret of \(secret.count) bytes")
        let again = Array(APIKey.make(random32: secret).utf8)
        try require(again == bytes, "two spellings of one key")
    }
}
