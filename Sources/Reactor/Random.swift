private import CLinux
private import Glibc

/// Where chance comes from: the kernel, once, as the seed of a `RandomSource`.
package enum Random {
    /// 64 bits that nobody can guess.
    package static func seed() -> UInt64 {
        var seed: UInt64 = 0
        let size = MemoryLayout<UInt64>.size
        // So few bytes come whole; only a signal during early boot can interrupt.
        while getrandom(&seed, size, 0) != size {
            precondition(errno == EINTR, "the kernel has no randomness")
        }
        return seed
    }
}
