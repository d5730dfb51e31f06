private import CLinux

/// Memory that the program has freed and the C library still keeps.
package enum ProgramMemory {
    /// Free memory at the end of a heap is kept up to this, for the next who needs some.
    private static let kept: Int32 = 256 << 10
    /// Pieces above this come from the system and go back to it at once.
    private static let large: Int32 = 512 << 10

    /// Holds the C library to fixed bounds; to be called before there is a second thread.
    ///
    /// By itself it learns from large pieces that are freed to keep more and more, and of a
    /// thread's heap what it keeps cannot be given back later.
    package static func bound() {
        _ = mallopt(M_TRIM_THRESHOLD, kept)
        _ = mallopt(M_MMAP_THRESHOLD, large)
    }

    /// Gives it back to the system: reading a configuration needs many times what it leaves behind.
    ///
    /// Says whether there was any.
    @discardableResult
    package static func giveBack() -> Bool {
        malloc_trim(0) != 0
    }
}
