/// The configuration in force, each value with the place it came from; secrets are "•••".
///
/// Made when somebody asks for it: a start that nobody asks is quicker by a quarter.
package struct EffectiveConfig: Sendable {
    private let make: @Sendable () -> JSONTree

    init<Root: Sendable>(
        _ config: Root,
        by keys: [ConfigKey<Root>],
        origins: [String: ConfigOrigin]
    ) {
        make = {
            let leaves = keys.map { key in
                (key.path, EffectiveConfig.leaf(key.show(config), origins[key.path] ?? .builtIn))
            }
            return EffectiveConfig.nest(PathTree(leaves))
        }
    }

    /// Nested like the file; each leaf is `{ value, source }`, and `at` unless it is a default.
    package var tree: JSONTree { make() }

    /// The answer of `/config`, with a final line end.
    package var text: String { tree.lines + "\n" }

    /// What `root` holds, nested like the file.
    static func values<Root>(of root: Root, by keys: [ConfigKey<Root>]) -> JSONTree {
        nest(PathTree(keys.map { ($0.path, $0.show(root)) }))
    }

    /// What `root` holds that `defaults` does not, nested like the file.
    static func values<Root>(
        of root: Root,
        unlike defaults: Root,
        by keys: [ConfigKey<Root>]
    ) -> JSONTree {
        let given = keys.map { ($0.path, $0.show(root), $0.show(defaults)) }
            .filter { $1.line != $2.line }
        return nest(PathTree(given.map { ($0.0, $0.1) }))
    }

    private static func leaf(_ value: JSONTree, _ origin: ConfigOrigin) -> JSONTree {
        var members: [JSONTree.Member] = [
            .init("value", value), .init("source", .text(origin.kindName)),
        ]
        if origin != .builtIn { members.append(.init("at", .text(origin.description))) }
        return .object(members)
    }

    private static func nest(_ tree: PathTree<JSONTree>) -> JSONTree {
        switch tree {
        case .leaf(let value): value
        case .branch(let children): .object(children.map { .init($0.name, nest($0.tree)) })
        }
    }
}
