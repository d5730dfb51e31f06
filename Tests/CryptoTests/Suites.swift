import Foundation

/// Test material that others wrote, which may be absent: a test then says that it was skipped.
enum Suites {
    private static let root: URL = {
        if let path = ProcessInfo.processInfo.environment["OUTRIDER_SUITES"] {
            return URL(filePath: path)
        }
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appending(path: "shared/suites")
    }()

    static let hasWycheproof = data("wycheproof-jose/hmac_sha256_test.json") != nil

    /// One file of Wycheproof's, of which only the members that we need are read.
    struct File: Decodable {
        var testGroups: [Group]
    }

    struct Group: Decodable {
        var keySize: Int?
        var tagSize: Int?
        var sLen: Int?
        var publicKey: Key?
        var tests: [Case]
    }

    /// Numbers of a key in hexadecimal; `pk` is the whole of an Ed25519 key.
    struct Key: Decodable {
        var pk: String?
        var wx: String?
        var wy: String?
        var modulus: String?
        var publicExponent: String?
    }

    struct Case: Decodable {
        var tcId: Int
        var comment: String
        var key: String?
        var msg: String
        var sig: String?
        var tag: String?
        var result: String
    }

    static func groups(_ file: String) -> [Group] {
        guard let data = data("wycheproof-jose/\(file)_test.json") else { return [] }
        return (try? JSONDecoder().decode(File.self, from: data).testGroups) ?? []
    }

    private static func data(_ path: String) -> Data? {
        try? Data(contentsOf: root.appending(path: path))
    }
}

extension [UInt8] {
    /// The bytes that `text` gives in hexadecimal.
    init(hex text: String) {
        let digits = [UInt8](text.utf8)
        self = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }

    /// Exactly `size` bytes: zeros in front are dropped or added.
    init(hex text: String, size: Int) {
        let bytes = [UInt8](hex: text).drop { $0 == 0 }
        self = [UInt8](repeating: 0, count: Swift.max(0, size - bytes.count)) + bytes
    }
}
