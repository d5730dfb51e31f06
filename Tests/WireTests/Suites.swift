import Foundation
import Testing

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

    static let hasLLHTTP = data("llhttp-fixtures/cases.json") != nil
    static let hasGadgets = data("smuggling-te/gadgets.json") != nil

    /// One message with the verdict of llhttp.
    struct Fixture: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var type: String
        var text: String
        var error: String?
        var testDescription: String { "\(type): \(name)" }

        enum CodingKeys: String, CodingKey {
            case name, type, error
            case text = "raw_latin1"
        }

        /// Whether llhttp's strict mode refuses it, beyond pausing for its caller.
        var isRefused: Bool {
            guard let error else { return false }
            return !error.hasPrefix("Pause on") && !error.hasPrefix("Data after")
        }
    }

    static func fixtures(_ type: String) -> [Fixture] {
        guard let data = data("llhttp-fixtures/cases.json") else { return [] }
        let all = try? JSONDecoder().decode([Fixture].self, from: data)
        return (all ?? []).filter { $0.type == type }
    }

    /// The mutated Transfer-Encoding lines, by name.
    static func gadgets() -> [(name: String, line: String)] {
        struct Gadget: Decodable { var gadget: String }
        guard let data = data("smuggling-te/gadgets.json") else { return [] }
        let all = try? JSONDecoder().decode([String: Gadget].self, from: data)
        return (all ?? [:]).map { ($0.key, $0.value.gadget) }.sorted { $0.0 < $1.0 }
    }

    private static func data(_ path: String) -> Data? {
        try? Data(contentsOf: root.appending(path: path))
    }
}
