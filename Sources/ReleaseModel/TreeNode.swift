/// One node of the rollback tree: a condition over signals (none holds always), and the action that follows or further nodes.
///
/// Nodes are asked in their order, and the first one that holds decides. A node with nodes of its own decides through the first of
/// them that holds; where none does, the walk goes on behind it. It is therefore short for its nodes with its condition before each of
/// theirs: `{if: a, then: [{if: b, then: hold}]}` is `{if: a and b, then: hold}`.
public struct TreeNode: Sendable, Hashable {
    public enum Consequence: Sendable, Hashable {
        case action(TreeAction)
        case nodes([TreeNode])
    }

    /// Unique in the tree; decisions and evidence name nodes by it.
    public var name: String
    public var condition: String?
    public var then: Consequence

    public init(name: String, condition: String?, action: TreeAction) {
        self.name = name
        self.condition = condition
        then = .action(action)
    }

    public init(name: String, condition: String?, nodes: [TreeNode]) {
        self.name = name
        self.condition = condition
        then = .nodes(nodes)
    }

    /// What follows; nil where further nodes say it.
    public var action: TreeAction? { if case .action(let action) = then { action } else { nil } }

    /// The nodes within; none where an action follows.
    public var nodes: [TreeNode] { if case .nodes(let nodes) = then { nodes } else { [] } }
}

/// Coded as an object with `name`, `condition`, and either `action` or `nodes`.
extension TreeNode: Codable {
    private enum Key: String, CodingKey { case name, condition, action, nodes }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        condition = try container.decodeIfPresent(String.self, forKey: .condition)
        if let nodes = try container.decodeIfPresent([TreeNode].self, forKey: .nodes) {
            then = .nodes(nodes)
        } else {
            then = .action(try container.decode(TreeAction.self, forKey: .action))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        try container.encodeIfPresent(condition, forKey: .condition)
        switch then {
        case .action(let action): try container.encode(action, forKey: .action)
        case .nodes(let nodes): try container.encode(nodes, forKey: .nodes)
        }
    }
}

extension TreeNode {
    /// The same node with other actions, within it as well.
    public func mapActions(_ change: (TreeAction) -> TreeAction) -> TreeNode {
        var node = self
        switch then {
        case .action(let action): node.then = .action(change(action))
        case .nodes(let nodes): node.then = .nodes(nodes.map { $0.mapActions(change) })
        }
        return node
    }
}
