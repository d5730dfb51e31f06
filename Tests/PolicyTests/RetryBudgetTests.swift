import Base
import Policy
import Testing

@Suite struct RetryBudgetTests {
    @Test(arguments: [(0, 3), (1, 3), (15, 3), (20, 4), (24, 4), (100, 20), (-1, 3)])
    func `a fifth of the requests in flight, but at least three`(_ requests: Int, _ limit: Int) {
        var budget = RetryBudget(ratio: 0.2, floor: 3)
        var begun = 0

        while budget.begin(requestsInFlight: requests) { begun += 1 }

        #expect(begun == limit)
        #expect(budget.inFlight == limit)
    }

    @Test func `a retry that ended makes room for the next`() {
        var budget = RetryBudget(ratio: 0, floor: 1)
        let first = budget.begin(requestsInFlight: 9)
        let refused = budget.begin(requestsInFlight: 9)
        budget.end()
        let second = budget.begin(requestsInFlight: 9)

        #expect([first, refused, second] == [true, false, true])
    }

    @Test func `new bounds hold for new retries only`() {
        var budget = RetryBudget(ratio: 0, floor: 3)
        for _ in 0..<3 { _ = budget.begin(requestsInFlight: 0) }
        budget.update(ratio: 0, floor: 1)
        budget.end()
        let refused = budget.begin(requestsInFlight: 0)

        #expect(!refused)
        #expect(budget.inFlight == 2)
    }
}
