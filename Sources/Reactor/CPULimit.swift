private import CLinux
private import Glibc

/// How many processors this process may keep busy: what `workers: "auto"` means.
package enum CPULimit {
    /// Whole processors within the affinity mask and the control group's quota, at least one.
    ///
    /// Rounded down: a worker more than the quota carries would be stopped in mid-request by the
    /// scheduler, and that latency is worse than the share left unused.
    package static func workers() -> Int {
        let quota = quotaPermille { path in
            // A file that is not there is no limit.
            (try? File.read(path, limit: 65536)).map { String(decoding: $0, as: UTF8.self) }
        }
        return workers(processors: processors(), quotaPermille: quota)
    }

    static func workers(processors: Int, quotaPermille: Int?) -> Int {
        max(1, min(processors, (quotaPermille ?? .max) / 1000))
    }

    /// The smallest quota on the way from this process's group up to the root, `nil` for none.
    ///
    /// Version 2 of control groups has one tree and `cpu.max`, version 1 a tree per controller and
    /// two files. Inside a container the path often leads nowhere and the root is our own group:
    /// the walk ends there in any case.
    static func quotaPermille(reading read: (String) -> String?) -> Int? {
        var smallest: Int?
        for line in (read("/proc/self/cgroup") ?? "0::/").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isSecond = parts[1].isEmpty
            guard isSecond || parts[1].split(separator: ",").contains("cpu") else { continue }
            let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu"
            for folder in folders(from: parts[2]) {
                let quota =
                    isSecond
                    ? quota(version2: read(root + folder + "/cpu.max"))
                    : quota(
                        version1: read(root + folder + "/cpu.cfs_quota_us"),
                        period: read(root + folder + "/cpu.cfs_period_us")
                    )
                if let quota { smallest = min(smallest ?? quota, quota) }
            }
        }
        return smallest
    }

    /// `/a/b`, `/a` and the root, which is the empty text.
    private static func folders(from path: Substring) -> [String] {
        var names = path.split(separator: "/")
        var folders: [String] = []
        while !names.isEmpty {
            folders.append("/" + names.joined(separator: "/"))
            names.removeLast()
        }
        return folders + [""]
    }

    /// `QUOTA PERIOD` in microseconds, or `max PERIOD`.
    private static func quota(version2 text: String?) -> Int? {
        guard let parts = text?.split(whereSeparator: \.isWhitespace), parts.count == 2 else {
            return nil
        }
        return permille(String(parts[0]), String(parts[1]))
    }

    /// A quota of -1 is none.
    private static func quota(version1 quota: String?, period: String?) -> Int? {
        guard let quota = quota?.split(whereSeparator: \.isWhitespace).first,
            let period = period?.split(whereSeparator: \.isWhitespace).first
        else { return nil }
        return permille(String(quota), String(period))
    }

    private static func permille(_ quota: String, _ period: String) -> Int? {
        guard let quota = Int(quota), let period = Int(period), quota > 0, period > 0 else {
            return nil
        }
        let (product, overflow) = quota.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : product / period
    }

    private static func processors() -> Int {
        var set = cpu_set_t()
        let size = MemoryLayout<cpu_set_t>.size
        // A machine with more processors than the mask can say is asked for its number instead.
        guard sched_getaffinity(0, size, &set) == 0 else {
            return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        }
        return withUnsafeBytes(of: &set) { bytes in
            bytes.reduce(0) { $0 + $1.nonzeroBitCount }
        }
    }
}
