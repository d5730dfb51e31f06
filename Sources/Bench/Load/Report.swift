import Glibc

/// What scripts read.
enum Report {
    /// One line, at once: the reader may be waiting for it.
    static func line(_ text: String) {
        print(text)
        fflush(nil)
    }

    /// The value below which `share` of `sorted` lies.
    static func quantile(_ share: Double, of sorted: [UInt64]) -> UInt64 {
        sorted.isEmpty ? 0 : sorted[Int(Double(sorted.count - 1) * share)]
    }
}
