private import CLinux
private import Glibc

/// Tells when files may have changed, however that is done.
///
/// Editors rename a new file over the old one, and Kubernetes swaps a symbolic link two steps
/// away (`..data`): whoever watches the file itself then watches a ghost. So folders are watched
/// (inotify), both that of the path as written and that of the file it leads to, and on any news
/// each file is looked at: another inode, size or time of change is a change, and so is an event
/// that names the file, because two writes can fall into one tick of the file system's clock.
package struct FileWatch: ~Copyable {
    /// What tells one state of a file from another; all zero while there is none.
    private struct Identity: Equatable {
        var device: UInt64 = 0
        var inode: UInt64 = 0
        var size: Int64 = 0
        var seconds: Int = 0
        var nanoseconds: Int = 0
    }

    private struct File {
        let path: String
        var identity: Identity
        /// Watches whose events may name this file, with the name they would use.
        var names: [(watch: Int32, name: String)]
    }

    /// Readable when something happened; for `Poller.addLevel`.
    package let descriptor: Int32
    private var files: [File]
    /// Whether every file had a folder to watch; of the others only `hasChanged` itself knows.
    package let isComplete: Bool

    /// Watches the files at `paths`, which need not exist yet; their folders should.
    package init(paths: [String]) throws(SystemError) {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError.last }
        files = paths.map { path in
            // Watched before looked at: what changes in between is told.
            let names = Self.watchFolders(of: path, descriptor)
            return File(path: path, identity: Self.identity(of: path), names: names)
        }
        self.descriptor = descriptor
        isComplete = files.allSatisfy { !$0.names.isEmpty }
    }

    deinit {
        close(descriptor)
    }

    /// Takes the news and says whether any of the files is another than at the last call.
    ///
    /// A file may be caught half-written: then reading it fails, and the end of writing is told
    /// again. It is right to ask now and then without news, for file systems that tell nothing.
    package mutating func hasChanged() -> Bool {
        var isChanged = takeEvents()
        for index in files.indices {
            let path = files[index].path
            guard Self.identity(of: path) != files[index].identity else { continue }
            // A link may lead elsewhere now, and a folder may have been made anew.
            files[index].names = Self.watchFolders(of: path, descriptor)
            files[index].identity = Self.identity(of: path)
            isChanged = true
        }
        return isChanged
    }

    /// Adding a folder twice yields the same watch, so this can be done again at any time.
    private static func watchFolders(
        of path: String,
        _ descriptor: Int32
    ) -> [(watch: Int32, name: String)] {
        [path, resolved(path)].compactMap { path in
            guard let path else { return nil }
            let (folder, name) = split(path)
            let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE
            let watch = inotify_add_watch(descriptor, folder, UInt32(events))
            return watch < 0 ? nil : (watch, name)
        }
    }

    /// Reads all events; `true` when one says that a watched file was written or put in place.
    private func takeEvents() -> Bool {
        var isNamed = false
        // Events are at most 16 + 256 bytes and never cut.
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { memory in
            while true {
                let count = read(descriptor, memory.baseAddress, memory.count)
                guard count > 0 else { return }
                var offset = 0
                while offset + MemoryLayout<inotify_event>.size <= count {
                    let event = memory.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let start = offset + MemoryLayout<inotify_event>.size
                    let end = min(start + Int(event.len), count)
                    let name = String(
                        decoding: memory[start..<end].prefix { $0 != 0 },
                        as: UTF8.self
                    )
                    let isWritten = event.mask & UInt32(IN_CLOSE_WRITE | IN_MOVED_TO) != 0
                    if isWritten, isWatched(event.wd, name) { isNamed = true }
                    offset = end
                }
            }
        }
        return isNamed
    }

    private func isWatched(_ watch: Int32, _ name: String) -> Bool {
        files.contains { $0.names.contains { $0.watch == watch && $0.name == name } }
    }

    private static func identity(of path: String) -> Identity {
        var status = stat()
        guard stat(path, &status) == 0 else { return Identity() }
        return Identity(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }

    /// The path without symbolic links, `nil` while it leads nowhere.
    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        return (folder, String(path[path.index(after: slash)...]))
    }
}
