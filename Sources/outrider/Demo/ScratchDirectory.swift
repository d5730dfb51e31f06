private import Glibc
import Reactor

/// A directory of this run's own, for the files that its sidecars read and write.
struct ScratchDirectory: ~Copyable {
    let path: String
    private var names: [String] = []

    /// Makes it where `TMPDIR` says, else in `/tmp`.
    init(environment: [String: String]) throws(SystemError) {
        let base = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        // Six of them are what `mkdtemp` fills in.
        let blank = String(repeating: "X", count: 6)
        var template = Array("\(base)/outrider-demo-\(blank)".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last }
        path = template.withUnsafeBytes {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// The path of a file in it, which goes when the directory goes.
    mutating func file(_ name: String) -> String {
        names.append(name)
        return "\(path)/\(name)"
    }

    /// Writes a file in it and returns its path.
    mutating func write(_ name: String, _ text: String) throws(SystemError) -> String {
        let path = file(name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError.last }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw SystemError.last }
            rest = rest.dropFirst(count)
        }
        return path
    }
}
