package import Access

/// What a worker wants to know of a credential that memory does not tell; for the control loop.
package struct LookUpQuestion: Sendable {
    let worker: Int
    /// Bits of the exchange's handle.
    let exchange: UInt64
    let lookup: Gatekeeper.Lookup
    let credential: [UInt8]
    /// By whose settings it is looked up.
    let gateway: Gateway
}

/// What came of a question.
package enum LookUpAnswer: Sendable {
    /// The key set is as new as it can be: judge again.
    case keySetLookedUp
    case introspected(Introspection.Answer)
}
