private import CLinux
private import Glibc

/// The file that names a unix socket, known by its inode, so that a successor's is left alone.
struct UnixSocketFile {
    private let path: String
    private let device: UInt64
    private let inode: UInt64

    /// The file at `path` as it is now; `nil` when it has gone.
    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.path = path
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// Removes the file if it is still the same one.
    func remove() {
        guard let current = UnixSocketFile(path) else { return }
        guard current.device == device, current.inode == inode else { return }
        unlink(path)
    }

    /// Removes a socket file that a dead process left behind.
    ///
    /// One behind which somebody listens is EADDRINUSE. Other files are not touched: binding then
    /// says so itself.
    static func removeStale(_ path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        do {
            _ = try Socket.connect(to: .unix(path: path))
        } catch  where error.code == ECONNREFUSED {
            unlink(path)
            return
        } catch  where error.code != EAGAIN {
            // Not ours to open, or gone by now: binding tells.
            return
        } catch {
            // A full queue belongs to somebody alive.
        }
        throw SystemError(code: EADDRINUSE)
    }
}
