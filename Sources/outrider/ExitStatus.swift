private import Glibc

/// What the process tells whoever started it.
enum ExitStatus: Int32 {
    /// Done, or drained.
    case done = 0
    /// Failed while running.
    case failed = 1
    /// Bad usage or configuration.
    case usage = 2

    /// Ends the process.
    func exit() -> Never {
        Glibc.exit(rawValue)
    }
}
