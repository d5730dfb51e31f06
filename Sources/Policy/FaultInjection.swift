package import Base

/// Spoils a share of the requests on purpose, to see how callers bear it.
package struct FaultInjection: Sendable {
    /// What is done to one request: held back, answered with a status, or both in this order.
    package struct Fault: Sendable, Hashable {
        package var delay: Nanoseconds?
        package var abort: Int?

        package init(delay: Nanoseconds?, abort: Int?) {
            self.delay = delay
            self.abort = abort
        }
    }

    package let fault: Fault
    /// Share of the requests that are spoilt, 0 to 1.
    package let fraction: Double

    package init(_ fault: Fault, fraction: Double) {
        self.fault = fault
        self.fraction = fraction
    }

    /// What to do to this request; mostly nothing.
    package func pick(random: inout RandomSource) -> Fault? {
        // `unit` is below 1, so a fraction of 1 spoils all and one of 0 none.
        random.unit() < fraction ? fault : nil
    }
}
