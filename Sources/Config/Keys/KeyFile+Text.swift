package import Access

extension KeyFile {
    /// The file as `outrider keys` writes it, in the order of its records.
    package var text: String {
        let head = """
            // API keys of a gateway: the hash of each secret, never the secret itself.
            // Written by `outrider keys`, which keeps no comments but these.

            """
        if records.isEmpty { return head + "{ keys: [] }\n" }
        let entries = records.map { KeyFile.text(of: $0, indent: "    ") + ",\n" }
        return head + "{\n  keys: [\n" + entries.joined() + "  ],\n}\n"
    }

    /// One record with every line behind `indent`; keys that say nothing are left out.
    package static func text(of record: KeyRecord, indent: String = "") -> String {
        let head = members(of: record, by: ConfigKey<KeyRecord>.all.filter { $0.path != "secrets" })
        let secrets = record.secrets.map { secret in
            let members = members(of: secret, by: ConfigKey<KeyRecord.Secret>.all)
            return "\(indent)    { \(members) },\n"
        }
        let list = secrets.isEmpty ? "[]" : "[\n\(secrets.joined())\(indent)  ]"
        return "\(indent){\n\(indent)  \(head),\n\(indent)  secrets: \(list),\n\(indent)}"
    }

    private static func members<Root>(of root: Root, by keys: [ConfigKey<Root>]) -> String {
        let given = keys.map { (name: $0.path, value: $0.show(root)) }.filter {
            ![JSONTree.null, .text(""), .list([])].contains($0.value) || $0.name == "models"
        }.filter { !($0.name == "models" && $0.value == .null) }
        return given.map { "\($0.name): \($0.value.line)" }.joined(separator: ", ")
    }
}
