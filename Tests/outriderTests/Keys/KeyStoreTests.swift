import Access
import Config
import Foundation
import Testing

@testable import outrider

@Suite final class KeyStoreTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a file is made for its owner alone, and changed as a whole`() throws {
        let path = folder.appending(path: "k.json5").path
        let store = KeyStore(path: path)

        try store.change { (file) throws(KeyFile.Failure) in try file.add(KeyRecord(id: "a")) }
        try store.change { (file) throws(KeyFile.Failure) in try file.add(KeyRecord(id: "b")) }

        #expect(try store.read().records.map(\.id) == ["a", "b"])
        #expect(try mode(of: path) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["k.json5"])
    }

    @Test func `a file keeps its mode, and a link stays a link`() throws {
        let path = folder.appending(path: "real").path
        let link = folder.appending(path: "link").path
        try Data("{ keys: [] }".utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)

        try KeyStore(path: link).change { (file) throws(KeyFile.Failure) in
            try file.add(KeyRecord(id: "a"))
        }

        #expect(try mode(of: path) == 0o640)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try KeyStore(path: path).read().records.count == 1)
    }

    @Test func `a change that is refused changes nothing`() throws {
        let path = folder.appending(path: "k").path
        let text = "{ keys: [{ id: 'a' }], nonsense: 1 }"
        try Data(text.utf8).write(to: URL(filePath: path))

        #expect(throws: KeyStore.Failure.self) {
            try KeyStore(path: path).change { (file) throws(KeyFile.Failure) in
                try file.add(KeyRecord(id: "b"))
            }
        }

        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func `a folder that is not there is told`() {
        let store = KeyStore(path: folder.appending(path: "none/k").path)

        let failure = #expect(throws: KeyStore.Failure.self) {
            try store.change { _ in }
        }

        #expect(failure?.lines.first?.contains("cannot be changed: No such file") == true)
    }
}
