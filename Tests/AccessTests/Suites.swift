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

    static let hasWycheproof = object("wycheproof-jose/json_web_signature_test.json") != nil
    static let hasCookbook = object("jose-cookbook/jws/4_1.rsa_v15_signature.json") != nil

    /// One signature of Wycheproof's with its key, or its set of keys, and the verdict.
    struct Signature: Sendable {
        let id: Int
        let comment: String
        let text: String
        let isValid: Bool
        /// A JWK set; the public halves where there are any.
        let keys: [UInt8]
        let areSecrets: Bool
    }

    static func signatures(_ file: String) -> [Signature] {
        let groups = object("wycheproof-jose/\(file)_test.json")?["testGroups"]
        return (groups as? [[String: Any]] ?? []).flatMap { group -> [Signature] in
            let key = (group["public"] ?? group["private"]) as? [String: Any] ?? [:]
            let set = key["keys"] == nil ? ["keys": [key]] : key
            let tests = group["tests"] as? [[String: Any]] ?? []
            return tests.map { test in
                Signature(
                    id: test["tcId"] as? Int ?? 0,
                    comment: test["comment"] as? String ?? "",
                    text: test["jws"] as? String ?? "",
                    isValid: test["result"] as? String == "valid",
                    keys: bytes(set),
                    areSecrets: group["public"] == nil
                )
            }
        }
    }

    /// One example of the cookbook.
    struct Example: Sendable {
        let algorithm: String
        /// The one key as a set.
        let keys: [UInt8]
        let isSecret: Bool
        let payload: String
        /// The compact form, where it has one.
        let compact: String?
    }

    static func example(_ path: String) -> Example? {
        guard let object = object("jose-cookbook/\(path)"),
            let input = object["input"] as? [String: Any],
            var key = input["key"] as? [String: Any]
        else { return nil }
        for name in ["d", "p", "q", "dp", "dq", "qi"] { key[name] = nil }
        let output = object["output"] as? [String: Any]
        return Example(
            algorithm: input["alg"] as? String ?? "",
            keys: bytes(["keys": [key]]),
            isSecret: key["kty"] as? String == "oct",
            payload: input["payload"] as? String ?? "",
            compact: output?["compact"] as? String
        )
    }

    private static func bytes(_ object: [String: Any]) -> [UInt8] {
        (try? JSONSerialization.data(withJSONObject: object)).map { Array($0) } ?? []
    }

    private static func object(_ path: String) -> [String: Any]? {
        guard let data = try? Data(contentsOf: root.appending(path: path)) else { return nil }
        return try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    }
}
