import Access
import Base
import Reactor

/// Somebody who may pass the demonstration's gateway.
struct DemoCaller: Sendable {
    /// Names its key, and is its tenant.
    let id: String
    /// Models and services that it may use.
    let models: [String]
    /// The key itself; the gateway knows its hash alone.
    let key: String
    /// A file with the header that shows it, for `curl -H @FILE`.
    let headerFile: String
    /// What the gateway's file says of it.
    let record: KeyRecord

    /// Makes a caller with a key of its own.
    init(
        _ id: String,
        mayUse models: [String],
        in scratch: inout ScratchDirectory
    ) throws(SystemError) {
        let fresh = FreshKey()
        var record = KeyRecord(id: id)
        record.caller.tenant = id
        record.caller.models = models.map { Wildcard($0) }
        record.secrets = [.init(hash: fresh.hash)]
        self.id = id
        self.models = models
        self.record = record
        key = fresh.text
        headerFile = try scratch.write(id, "authorization: Bearer \(fresh.text)\n")
    }
}
