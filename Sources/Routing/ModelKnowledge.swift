/// What is known of the model that a request's body names.
package enum ModelKnowledge: Sendable, Hashable {
    /// The body has not been looked at.
    case unread
    /// The body, as far as it was looked at, names none.
    case absent
    /// Its name.
    case named([UInt8])
}
