package import Base
private import Glibc

/// What this process costs, as the kernel counts it.
package struct ProcessStats: Hashable, Sendable {
    /// Memory in use that is not swapped out.
    package var residentBytes: UInt64
    /// Time on processors, in our code and in the kernel for us.
    package var cpuTime: Nanoseconds
    /// When the process started, in seconds since 1970; zero when unknown.
    package var startSeconds: UInt64

    /// Asks the kernel; `nil` where /proc is not mounted.
    package static func now() -> ProcessStats? {
        guard let memory = try? text("/proc/self/statm"), let own = try? text("/proc/self/stat"),
            let machine = try? text("/proc/stat")
        else {
            return nil  // whatever the reason, there is nothing to report
        }
        return ProcessStats(
            statm: memory,
            stat: own,
            machine: machine,
            pageSize: UInt64(sysconf(Int32(_SC_PAGESIZE))),
            ticksPerSecond: UInt64(sysconf(Int32(_SC_CLK_TCK)))
        )
    }

    /// Reads the kernel's texts (proc(5)); `nil` when they are not as described there.
    init?(statm: String, stat: String, machine: String, pageSize: UInt64, ticksPerSecond: UInt64) {
        guard ticksPerSecond > 0,
            let pages = statm.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) }),
            // The name stands in parentheses and may hold both spaces and parentheses.
            let nameEnd = stat.lastIndex(of: ")")
        else { return nil }
        // What follows the name begins with field 3.
        let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 19, let user = UInt64(fields[11]), let kernel = UInt64(fields[12]),
            let start = UInt64(fields[19])
        else { return nil }
        let boot = machine.split(separator: "\n").first { $0.hasPrefix("btime ") }
            .flatMap { UInt64($0.dropFirst(6)) }
        residentBytes = pages &* pageSize
        cpuTime = Nanoseconds((user &+ kernel) &* (1_000_000_000 / ticksPerSecond))
        startSeconds = boot.map { $0 &+ start / ticksPerSecond } ?? 0
    }

    private static func text(_ path: String) throws(File.Failure) -> String {
        String(decoding: try File.read(path, limit: 1 << 20), as: UTF8.self)
    }
}
