package import Config
package import Policy
import Wire

/// What other threads may tell a worker; the only way in.
package enum WorkerMessage: Sendable {
    /// The slot that this exchange waits for is its own.
    case granted(Upstream, AdmissionQueue.Ticket)
    /// No endpoint admits any more.
    case turnedAway(AdmissionQueue.Ticket)
    /// What those said who know the credential of an exchange; it may be gone meanwhile.
    case lookedUp(LookUpQuestion, LookUpAnswer)
    /// Requests from now on follow this configuration.
    case adopt(Snapshot)
    /// Serve a listener of the configuration.
    case listen(ListeningPlace)
    /// The configuration names that address no more.
    case unlisten(Address, upstream: Int)
    /// Answers say `Connection: close`; idle connections close.
    case drain
    /// New requests are refused.
    case refuse
    /// Everything is as before the drain.
    case undrain
    /// Requests wait for a slot: clients that hold one and hardly move lose it.
    case press
    /// What is still running ends now, with an error.
    case abandon
    /// Answer, to show that the loop turns.
    case ping(WorkerPulse)
    /// The thread ends.
    case stop
}
