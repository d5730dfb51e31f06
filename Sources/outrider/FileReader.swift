private import Glibc

/// Reads whole small files: configurations and secrets.
enum FileReader {
    /// What `open` or `read` said.
    struct Failure: Error {
        let message: String

        init(code: Int32) {
            message = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }
    }

    /// At most `limit` bytes of the file at `path`.
    ///
    /// Reading goes by the bytes and not by the file's size: pipes and `/proc` have none.
    static func read(_ path: String, upTo limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let room = min(chunk.count, limit - bytes.count)
            let count = chunk.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, room)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(code: errno) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
