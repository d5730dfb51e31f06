import Access
import Config

/// The keys of a file as a table for people.
struct KeyListing {
    private let file: KeyFile
    private let now: Int64

    /// `now` is in seconds since 1970.
    init(_ file: KeyFile, now: Int64) {
        self.file = file
        self.now = now
    }

    /// One line for each secret, columns aligned, with a head.
    var text: String {
        var rows = [["ID", "TENANT", "TIER", "STATE", "FROM", "UNTIL", "HASH"]]
        for record in file.records {
            let caller = [record.id, record.caller.tenant, record.caller.tier]
            if record.secrets.isEmpty { rows.append(caller + ["no secret", "", "", ""]) }
            rows += record.secrets.map { caller + columns(of: $0) }
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                let text = cell.isEmpty ? "-" : cell
                return text + String(repeating: " ", count: max(0, width - text.count))
            }
            return KeyListing.trimmed(cells.joined(separator: "  ")) + "\n"
        }
        return lines.joined()
    }

    private func columns(of secret: KeyRecord.Secret) -> [String] {
        [
            state(of: secret),
            secret.notBefore.map { Moment.text(of: $0) } ?? "",
            secret.expires.map { Moment.text(of: $0) } ?? "",
            // Enough to tell secrets apart; the whole is nobody's business.
            String(SecretHash.text(of: secret.hash).prefix(15)) + "...",
        ]
    }

    private func state(of secret: KeyRecord.Secret) -> String {
        if secret.isRevoked { return "revoked" }
        if let end = secret.expires, end <= now { return "expired" }
        if let begin = secret.notBefore, begin > now { return "not yet" }
        return "active"
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
