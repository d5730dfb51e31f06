/// Caps retries in flight to a share of requests in flight, so retries cannot multiply an outage.
package struct RetryBudget: Sendable {
    /// Retries in flight now.
    package private(set) var inFlight = 0
    private var ratio: Double
    private var floor: Int

    /// `ratio` of the requests in flight, but always at least `floor`.
    package init(ratio: Double, floor: Int) {
        self.ratio = ratio
        self.floor = floor
    }

    /// Retries that may be in flight beside so many requests.
    package func limit(requestsInFlight: Int) -> Int {
        max(floor, Int(Double(max(0, requestsInFlight)) * ratio))
    }

    /// Takes leave for one retry; `false` means: do not retry, return the failure we have.
    package mutating func begin(requestsInFlight: Int) -> Bool {
        guard inFlight < limit(requestsInFlight: requestsInFlight) else { return false }
        inFlight += 1
        return true
    }

    /// Gives it back when that try has ended.
    package mutating func end() {
        precondition(inFlight > 0, "a retry ended that was never begun")
        inFlight -= 1
    }

    /// Takes new bounds on a reload; retries under way keep their leave.
    package mutating func update(ratio: Double, floor: Int) {
        self.ratio = ratio
        self.floor = floor
    }
}
