private import Glibc

/// Whole files, read at start and at reload, never while requests wait on the same thread.
package enum File {
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case system(SystemError)
        case tooLarge(limit: Int)

        package var description: String {
            switch self {
            case .system(let error): error.description
            case .tooLarge(let limit): "more than \(limit) bytes"
            }
        }
    }

    /// The bytes of the file at `path`, at most `limit` of them.
    ///
    /// The size is not asked for first: files of /proc have none, and others can grow meanwhile.
    package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(SystemError.last) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            // One byte more than may be: that tells a full file from one too large.
            let room = min(max(4096, bytes.count), limit + 1 - bytes.count)
            switch readPiece(descriptor, room, to: &bytes) {
            case 0?: return bytes
            case nil: throw .system(SystemError.last)
            default: continue
            }
        }
        throw .tooLarge(limit: limit)
    }

    /// Appends what one call brings: its count, zero at the end, `nil` for an error.
    private static func readPiece(
        _ descriptor: Int32,
        _ room: Int,
        to bytes: inout [UInt8]
    ) -> Int? {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: room))
        var count: Int
        repeat {
            count = bytes.withUnsafeMutableBytes { memory in
                Glibc.read(descriptor, memory.baseAddress.map { $0 + start }, room)
            }
        } while count < 0 && errno == EINTR
        let code = errno
        bytes.removeLast(room - max(0, count))
        errno = code
        return count < 0 ? nil : count
    }
}
