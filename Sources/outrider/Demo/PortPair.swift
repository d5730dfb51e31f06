import Reactor

/// Ports for traffic and for administration, found for a process that is about to take them.
///
/// They are let go just before it does: one that is lost in between makes it complain and end,
/// and the demonstration with it.
struct PortPair: Sendable {
    let traffic: UInt16
    let admin: UInt16
    /// Keeps other demonstrations away from them.
    private let claims: [PortClaim]

    /// Takes the ports that are preferred if they are free, else any others.
    init(preferring traffic: UInt16, _ admin: UInt16) throws(SystemError) {
        let held = try LoopbackPort.hold(preferring: traffic)
        let heldAdmin = try LoopbackPort.hold(preferring: admin)
        self.traffic = held.number
        self.admin = heldAdmin.number
        claims = [held.claim, heldAdmin.claim]
    }
}
