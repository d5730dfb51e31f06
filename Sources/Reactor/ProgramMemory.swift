private import CLinux

/// Memory that the program has freed and the C library still keeps.
package enum ProgramMemory {
    /// Gives it back to the system: reading a configuration needs many times what it leaves behind.
    ///
    /// Says whether there was any.
    @discardableResult
    package static func giveBack() -> Bool {
        malloc_trim(0) != 0
    }
}
