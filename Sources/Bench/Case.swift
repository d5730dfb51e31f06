import Base

/// One primitive whose instructions and allocations are counted.
struct Case: Sendable {
    let name: String
    /// Prepares and then does it so many times; the preparation is in both runs and cancels out.
    let run: @Sendable (Int) -> Void

    init(_ name: String, run: @escaping @Sendable (Int) -> Void) {
        self.name = name
        self.run = run
    }

    /// Operations of the two runs.
    static let few = 100
    static let many = 1_100

    /// Every case, in the order of the table.
    static let all = base + wire + http2 + http2Connections + telemetry + policy + access + routing
}

/// The run that is counted: the profiler is told to look at this symbol alone.
@inline(never) @_silgen_name("outrider_bench_measured")
func measured(_ run: (Int) -> Void, _ count: Int) {
    run(count)
}

/// Keeps the optimiser from leaving out what only led to `value`.
@inline(never) func keep(_ value: Int) {
    withExtendedLifetime(value) {}
}
