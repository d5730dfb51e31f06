import Foundation

/// A folder that is removed, with all that is in it, when the value is dropped.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        // Short, because a unix socket's path holds 107 bytes.
        path = "/tmp/reactor-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        // Nothing left to do for a folder that is gone already.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` inside.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes in place, as `echo > file` does: the inode stays.
    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
    }

    /// Writes a new file and renames it over the old one, as editors do.
    func replace(_ name: String, _ text: String) throws {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }

    func move(_ name: String, to other: String) throws {
        // rename(2) replaces what is there, which FileManager refuses to do.
        guard rename(file(name), file(other)) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: file(name),
            withDestinationPath: target
        )
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: file(name),
            withIntermediateDirectories: false
        )
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: file(name))
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }
}
