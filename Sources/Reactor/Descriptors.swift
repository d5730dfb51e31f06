private import CLinux
private import Glibc

/// How many files and sockets this process may hold, and does.
package enum Descriptors {
    /// Raises the soft limit to the hard one and returns what is in force then.
    ///
    /// Where the hard one is below `wanted` it is raised too, which only a privileged process may.
    package static func raiseLimit(wanted: Int) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        // Fails for no process that asks about itself.
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        let soft = limit.rlim_cur
        if limit.rlim_max < rlim_t(wanted) {
            var raised = rlimit(rlim_cur: rlim_t(wanted), rlim_max: rlim_t(wanted))
            if setrlimit(resource, &raised) == 0 { return wanted }
        }
        limit.rlim_cur = limit.rlim_max
        let isRaised = setrlimit(resource, &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_max : soft)
    }

    /// How many this process may hold now.
    package static func limit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 1024
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Descriptors open now; `nil` where /proc is not mounted.
    package static func openCount() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Not ".", "..", nor the one that this listing holds.
        return count - 3
    }
}
