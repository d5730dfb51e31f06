import Foundation
import Testing

/// A file of Sources, as the tests about the code see it.
struct Source: Sendable, CustomTestStringConvertible {
    /// Below Sources, such as `Wire/HTTP/Method.swift`.
    let path: String
    let text: String
    let lines: [Substring]

    var module: String { String(path.prefix { $0 != "/" }) }
    var testDescription: String { path }

    /// Whether one of `words` stands anywhere in the file: most files need no closer look.
    func mentions(_ words: [String]) -> Bool {
        words.contains { text.contains($0) }
    }

    /// The line without comments and without what stands in string literals.
    func code(_ index: Int) -> String {
        let line = lines[index]
        guard line.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "/") })
        else { return String(line) }
        let bare = line.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
        guard let comment = bare.firstMatch(of: /(?:^|\s)\/\//) else { return String(bare) }
        return String(bare[..<comment.range.lowerBound])
    }
}

/// Where the project lies, and what is in it.
enum House {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Programs around the house: they may do what its modules may not.
    static let programs: Set<String> = ["outrider", "Bench", "Fuzz"]

    static func sources() throws -> [Source] {
        let folder = root.appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return Source(path: path, text: text, lines: lines)
        }
    }

    /// The sources of the modules, without programs.
    static func modules() throws -> [Source] {
        try sources().filter { !programs.contains($0.module) }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
