/// Chooses among the endpoints of one upstream.
package struct LoadBalancer: Sendable {
    package enum Strategy: String, Sendable, CaseIterable {
        /// The less loaded of two endpoints picked at random.
        case leastRequest
        case roundRobin
        /// The same key meets the same endpoint while it admits.
        case consistentHash
    }
}
