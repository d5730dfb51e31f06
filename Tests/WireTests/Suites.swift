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
    static let hasStories = data("hpack-test-case/raw-data/story_00.json") != nil

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

    /// The field lists of one connection, in their order.
    struct Story: Decodable, Sendable, CustomTestStringConvertible {
        var name = ""
        var cases: [Block]
        var testDescription: String { name }

        enum CodingKeys: CodingKey { case cases }
    }

    /// One list, with what an encoder made of it unless it is raw.
    struct Block: Decodable, Sendable {
        var number: Int?
        var tableSize: Int?
        var wire: String?
        var headers: [[String: String]]

        enum CodingKeys: String, CodingKey {
            case wire, headers
            case number = "seqno"
            case tableSize = "header_table_size"
        }

        /// Each field as `name: value`.
        var lines: [String] {
            headers.flatMap { field in field.map { "\($0.key): \($0.value)" } }
        }
    }

    /// The stories in one folder of hpack-test-case.
    static func stories(_ folder: String) -> [Story] {
        (0..<32).compactMap { number in
            let name = "\(folder)/story_\(number < 10 ? "0" : "")\(number)"
            guard let data = data("hpack-test-case/\(name).json") else { return nil }
            var story = try? JSONDecoder().decode(Story.self, from: data)
            story?.name = name
            return story
        }
    }

    private static func data(_ path: String) -> Data? {
        try? Data(contentsOf: root.appending(path: path))
    }
}
