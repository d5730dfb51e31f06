package import Base

/// How long to wait before a retry: full jitter, because equal waits meet again.
package struct Backoff: Sendable {
    package let base: Nanoseconds
    package let bound: Nanoseconds

    package init(base: Nanoseconds, bound: Nanoseconds) {
        self.base = base
        self.bound = bound
    }

    /// An even pick between nothing and the ceiling of this retry; the first is number 1.
    package func delay(retry: Int, random: inout RandomSource) -> Nanoseconds {
        let ceiling = ceiling(retry: retry).count
        return Nanoseconds(random.below(ceiling == .max ? .max : ceiling + 1))
    }

    /// The longest wait before this retry: `base`, doubled each time, at most `bound`.
    package func ceiling(retry: Int) -> Nanoseconds {
        var ceiling = min(base, bound)
        var number = 1
        // Ends after at most 64 doublings, whatever `retry` says.
        while number < retry, ceiling < bound, .zero < ceiling {
            ceiling = ceiling.doubled(upTo: bound)
            number += 1
        }
        return ceiling
    }
}
