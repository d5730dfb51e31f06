private import Glibc

/// The right to replace a file as a whole, held by one process at a time.
///
/// The folder is locked while this lives, so that of two commands the second reads what the
/// first has written. Readers see the old file or the new one, never a part.
final class FileReplacement {
    /// Whether there is no file yet.
    let isNew: Bool
    private let path: String
    private let mode: mode_t
    private let folder: Int32

    /// Locks the folder of the file at `path`, waiting for others.
    init(of path: String) throws(FileReader.Failure) {
        let path = FileReplacement.resolved(path)
        var status = stat()
        isNew = stat(path, &status) != 0
        guard !isNew || errno == ENOENT else { throw FileReader.Failure(code: errno) }
        mode = isNew ? 0o600 : status.st_mode & 0o777
        let folder = open(FileReplacement.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw FileReader.Failure(code: errno) }
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(folder)
                throw FileReader.Failure(code: code)
            }
        }
        self.folder = folder
        self.path = path
    }

    deinit {
        close(folder)
    }

    /// Puts `bytes` in the place of what the file held, with the file's own mode or 0600.
    func write(_ bytes: [UInt8]) throws(FileReader.Failure) {
        let draft = "\(path).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileReader.Failure(code: errno) }
        let isWritten =
            FileReplacement.write(bytes, to: descriptor) && fchmod(descriptor, mode) == 0
            && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else {
            let failure = FileReader.Failure(code: isWritten ? errno : code)
            unlink(draft)
            throw failure
        }
        fsync(folder)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// What a link stands for, so that the link stays one.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
