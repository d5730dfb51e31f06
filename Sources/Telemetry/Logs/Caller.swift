/// Who a request is from, as far as logs and records tell; never a secret.
///
/// Made once for each credential and shared by every request that bears it.
package final class Caller: Sendable {
    /// The key's public id, the token's `sub`, or `anonymous`.
    package let subject: String
    /// Public id of the API key, which is the subject then; empty for other credentials.
    package let keyID: String
    package let tenant: String
    package let tier: String
    /// The same, ready to be written down.
    let subjectBytes: [UInt8]
    let tenantBytes: [UInt8]

    package init(subject: String, keyID: String = "", tenant: String = "", tier: String = "") {
        self.subject = subject
        self.keyID = keyID
        self.tenant = tenant
        self.tier = tier
        subjectBytes = Array(subject.utf8)
        tenantBytes = Array(tenant.utf8)
    }
}
