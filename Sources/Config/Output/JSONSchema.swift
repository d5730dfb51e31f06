/// The schema in the form that editors read (JSON Schema, draft 2020-12).
package enum JSONSchema {
    /// The JSON Schema of the configuration of `role`, with a final line end.
    package static func text(of role: ProxyConfig.Role) -> String {
        let root: [JSONTree.Member] = [
            .init("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            .init("title", .text("Outrider \(role.rawValue)")),
        ]
        let members =
            switch role {
            case .sidecar:
                object(ConfigKey<SidecarConfig>.sidecar, defaults: SidecarConfig())
            case .gateway:
                object(ConfigKey<GatewayConfig>.gateway, defaults: GatewayConfig())
            }
        return JSONTree.object(root + members).lines + "\n"
    }

    /// The members that describe an object of `keys`.
    static func object<Root>(
        _ keys: [ConfigKey<Root>],
        defaults: Root,
        required: [String] = []
    ) -> [JSONTree.Member] {
        let leaves = keys.flatMap { key in
            let schema = describe(key, defaults: defaults)
            return [key.path, key.synonym].compactMap { $0 }.map { ($0, schema) }
        }
        let members = object(of: PathTree(leaves))
        guard !required.isEmpty else { return members }
        return members + [.init("required", .list(required.map { .text($0) }))]
    }

    private static func describe<Root>(_ key: ConfigKey<Root>, defaults: Root) -> JSONTree {
        .object(
            [.init("description", .text(key.effect))] + key.schema
                + [.init("default", key.show(defaults))]
        )
    }

    private static func object(of tree: PathTree<JSONTree>) -> [JSONTree.Member] {
        guard case .branch(let children) = tree else { return [] }
        let properties = children.map { name, child in
            switch child {
            case .leaf(let schema): JSONTree.Member(name, schema)
            case .branch: JSONTree.Member(name, .object(object(of: child)))
            }
        }
        return [
            .init("type", .text("object")),
            .init("properties", .object(properties)),
            .init("additionalProperties", .boolean(false)),
        ]
    }
}
