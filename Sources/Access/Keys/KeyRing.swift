import Base
package import Crypto
import Telemetry

/// All API keys of a configuration, packed: about 100 bytes for each.
///
/// Secrets are found by their hash; equal profiles (tenant, tier, scopes, models) are kept once;
/// a principal is made only when its key is used.
package struct KeyRing: Sendable {
    /// Why a key is refused; the caller is not told.
    package enum Refusal: Error, Sendable, Hashable, CaseIterable {
        case unknown
        case revoked
        case notYetValid
        case expired
    }

    private struct Secret: Sendable {
        let hash: SHA256Value
        let notBefore: Int64
        let expires: Int64
        let record: UInt32
        let isRevoked: Bool
    }

    private struct Record: Sendable {
        let idStart: UInt32
        let idCount: UInt16
        let profile: UInt32
    }

    private var secrets: [Secret] = []
    private var records: [Record] = []
    private var profiles: [CallerSettings] = []
    private var ids: [UInt8] = []
    /// Open addressing: one more than the index of a secret, 0 where there is none.
    private var slots: [UInt32] = [0]

    /// Packs `keys`; secrets whose hash has not 32 bytes are left out.
    package init(_ keys: [KeyRecord]) {
        let count = keys.reduce(0) { $0 + $1.secrets.count }
        secrets.reserveCapacity(count)
        records.reserveCapacity(keys.count)
        var profileOf: [ProfileKey: UInt32] = [:]
        for key in keys { append(key, &profileOf) }
        fillSlots()
    }

    /// How many secrets are known.
    package var count: Int { secrets.count }

    /// The principal of the key with this hash; a new one at each call, for a cache to keep.
    ///
    /// It expires with the secret it was proved by.
    package func find(_ hash: SHA256Value, nowUnix: Int64) throws(Refusal) -> Principal {
        guard let secret = secret(hash) else { throw .unknown }
        if secret.isRevoked { throw .revoked }
        if nowUnix < secret.notBefore { throw .notYetValid }
        if nowUnix >= secret.expires { throw .expired }
        return principal(of: secret)
    }

    private func secret(_ hash: SHA256Value) -> Secret? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash.bucket) & mask
        // At most half of the slots are taken, so an empty one ends every search.
        while slots[slot] != 0 {
            let secret = secrets[Int(slots[slot]) - 1]
            if secret.hash == hash { return secret }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func principal(of secret: Secret) -> Principal {
        let record = records[Int(secret.record)]
        let profile = profiles[Int(record.profile)]
        let start = Int(record.idStart)
        let id = String(decoding: ids[start..<start + Int(record.idCount)], as: UTF8.self)
        return Principal(
            caller: Caller(subject: id, keyID: id, tenant: profile.tenant, tier: profile.tier),
            scopes: profile.scopes,
            models: profile.models,
            expires: secret.expires == .max ? nil : secret.expires
        )
    }

    private mutating func append(_ key: KeyRecord, _ profileOf: inout [ProfileKey: UInt32]) {
        let place = ProfileKey(key.caller)
        let profile = profileOf[place] ?? UInt32(profiles.count)
        if profile == profiles.count {
            profileOf[place] = profile
            profiles.append(key.caller)
        }
        let id = key.id.utf8.prefix(Int(UInt16.max))
        let record = Record(
            idStart: UInt32(ids.count),
            idCount: UInt16(id.count),
            profile: profile
        )
        ids.append(contentsOf: id)
        for secret in key.secrets {
            guard let hash = SHA256Value(secret.hash.span) else { continue }
            secrets.append(
                Secret(
                    hash: hash,
                    notBefore: secret.notBefore ?? .min,
                    expires: secret.expires ?? .max,
                    record: UInt32(records.count),
                    isRevoked: secret.isRevoked
                )
            )
        }
        records.append(record)
    }

    private mutating func fillSlots() {
        var size = 16
        while size < secrets.count * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for (index, secret) in secrets.enumerated() {
            var slot = Int(truncatingIfNeeded: secret.hash.bucket) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(index + 1)
        }
    }
}

/// What makes two callers equal but for their names.
private struct ProfileKey: Hashable {
    let tenant: String
    let tier: String
    let scopes: [String]
    let models: [Wildcard]?

    init(_ caller: CallerSettings) {
        tenant = caller.tenant
        tier = caller.tier
        scopes = caller.scopes
        models = caller.models
    }
}
