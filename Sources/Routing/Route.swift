package import Base

/// One entry of the routing table: which requests, and where they go.
package struct Route: Sendable {
    /// Unique; in metrics, logs and problems.
    package var name: String
    package var match = RouteMatch()
    /// Name of the service.
    package var service: String
    /// Versions that may serve it, such as `^1.4`; `nil` leaves it to the service's split.
    package var version: VersionRange?
    /// A caller needs every one of them.
    package var scopes: [String] = []
    /// The path that is forwarded: a plain path replaces all of it; one that ends in `/**` keeps
    /// what the `**` of `match.path` stood for.
    package var rewrite: String?
    package var requestHeaders = HeaderEdits()
    package var responseHeaders = HeaderEdits()
    /// Whether the caller's own credential is forwarded.
    package var keepsCredential = false

    package init(name: String, service: String) {
        self.name = name
        self.service = service
    }
}

/// What a request must look like; every condition that is set must hold.
package struct RouteMatch: Sendable {
    /// `nil` is any; else an exact host or `*.suffix`, in lower case, without a port.
    package var host: String?
    /// Normalised, with `*` for one segment, `**` at the end for zero or more, `{version}` for one
    /// segment that names the version.
    package var path = "/**"
    /// Empty is any.
    package var methods: [String] = []
    package var headers: [ValueCondition] = []
    package var query: [ValueCondition] = []
    /// The `model` field of a JSON body.
    package var model: Wildcard?
    package var tenants: [Wildcard] = []
    package var tiers: [Wildcard] = []
    package var claims: [ValueCondition] = []

    package init() {}
}

/// A named value that must fit; `*` says that it must be there at all.
package struct ValueCondition: Sendable {
    /// Header names in lower case.
    package var name: String
    package var value: Wildcard

    package init(name: String, value: Wildcard) {
        self.name = name
        self.value = value
    }
}

/// What is done to the fields of a message, in this order: remove, set, add.
package struct HeaderEdits: Sendable, Equatable {
    package struct Line: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var remove: [String] = []
    package var set: [Line] = []
    package var add: [Line] = []

    package init() {}

    package var isEmpty: Bool { remove.isEmpty && set.isEmpty && add.isEmpty }
}
