/// One service: its versions, how requests are shared among them, and what stands in for it.
package struct ServiceRule: Sendable {
    /// By what the same caller always meets the same version.
    package enum Stickiness: Sendable, Hashable {
        case none
        case tenant
        /// The credential's subject.
        case user
        /// The value of a request header, named in lower case.
        case header(String)
    }

    /// How requests that name no version are shared.
    package enum Split: Sendable, Equatable {
        /// All to one version (blue-green).
        case stable(SemanticVersion)
        /// Percent by version, in the order of `versions`; together 100.
        case percent([Double])
    }

    package var name: String
    /// In ascending order.
    package var versions: [SemanticVersion] = []
    package var split: Split
    package var stickiness = Stickiness.none
    /// Services, or versions of this one as `@1.4.0`, tried in order before the first byte.
    package var fallback: [String] = []
    /// Models it serves, for `GET /v1/models` and allow lists; its own name when empty.
    package var models: [String] = []
    /// Request header, in lower case, that may name a version or a range.
    package var versionHeader: String?
    /// Query parameter that may name a version or a range.
    package var versionQuery: String?

    package init(name: String, split: Split) {
        self.name = name
        self.split = split
    }
}
