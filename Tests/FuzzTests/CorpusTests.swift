import Foundation
import Testing

@testable import Fuzz

/// Replays what chance once found, and what every target begins with.
@Suite struct CorpusTests {
    @Test(arguments: try Input.found())
    func `what once broke a parser no longer does`(_ input: Input) throws {
        let target = try #require(FuzzTarget.named(input.target))
        let bytes = try Data(contentsOf: input.file)

        try target.check(Array(bytes))
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `the properties of a target hold for its seeds`(_ name: String) throws {
        let target = try #require(FuzzTarget.named(name))

        for seed in target.beginnings { try target.check(seed) }
        try target.check([])
    }

    @Test func `a broken property is told with its name`() {
        do throws(Broken) {
            try require(1 + 1 == 3, "arithmetic")
            Issue.record("it held")
        } catch {
            #expect("\(error)" == "arithmetic")
        }
    }

    struct Input: Sendable, CustomTestStringConvertible {
        let target: String
        let file: URL

        var testDescription: String { "\(target)/\(file.lastPathComponent)" }

        static func found() throws -> [Input] {
            let corpus = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Corpus")
            let paths = try FileManager.default.subpathsOfDirectory(atPath: corpus.path).sorted()
            return paths.compactMap { path in
                let parts = path.split(separator: "/")
                guard parts.count == 2 else { return nil }
                return Input(target: String(parts[0]), file: corpus.appending(path: path))
            }
        }
    }
}
