package import Base
import Synchronization
package import Telemetry

/// Someone who was identified: what a caller is and may do, shared by all of its requests.
package final class Principal: Sendable {
    /// A claim of the caller's token that routes may ask for.
    package struct Claim: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Who it is, for logs and records.
    package let caller: Caller
    /// Sorted, without repetitions.
    package let scopes: [String]
    /// Models and services it may use; `nil` is every one.
    package let models: [Wildcard]?
    /// Sorted by name.
    package let claims: [Claim]
    /// Unix seconds from which it is nobody any more; `nil` never.
    package let expires: Int64?
    /// Unlike that of every other principal of the process.
    package let serial: UInt64

    /// Whether it stands for every caller without a credential.
    package let isAnonymous: Bool

    package var subject: String { caller.subject }
    package var tenant: String { caller.tenant }
    package var tier: String { caller.tier }

    private static let lastSerial = Atomic<UInt64>(0)

    package init(
        caller: Caller,
        scopes: [String] = [],
        models: [Wildcard]? = nil,
        claims: [Claim] = [],
        expires: Int64? = nil,
        isAnonymous: Bool = false
    ) {
        self.caller = caller
        self.scopes = Self.normal(scopes)
        self.models = models
        self.claims = claims.sorted { $0.name < $1.name }
        self.expires = expires
        self.isAnonymous = isAnonymous
        serial = Self.lastSerial.add(1, ordering: .relaxed).newValue
    }

    /// Whether it has every scope of `required`.
    package func has(scopes required: [String]) -> Bool {
        required.allSatisfy { scopes.contains($0) }
    }

    /// Whether it may use the model or service of this name.
    package func mayUse(_ name: Span<UInt8>) -> Bool {
        guard let models else { return true }
        for pattern in models where pattern.matches(name) { return true }
        return false
    }

    /// Whether it may use the model or service of this name.
    package func mayUse(_ name: String) -> Bool {
        guard let models else { return true }
        return models.contains { $0.matches(name) }
    }

    /// The claim of this name, if its token had it.
    package func claim(_ name: String) -> String? {
        claims.first { $0.name == name }?.value
    }

    private static func normal(_ scopes: [String]) -> [String] {
        let isSorted = zip(scopes, scopes.dropFirst()).allSatisfy { $0 < $1 }
        return isSorted ? scopes : Array(Set(scopes)).sorted()
    }
}
