internal import Predicates
internal import ReleaseModel

/// A policy as it was read, with the places that later checks point at.
struct PolicyOutline {
    struct PlacedStage {
        var stage: Stage
        var position: DocumentPosition
        /// Where its keys stand, as far as they were written.
        var keys: [String: DocumentPosition]
    }

    struct PlacedNode {
        var node: TreeNode
        var position: DocumentPosition
        var namePosition: DocumentPosition
        var conditionPosition: DocumentPosition?
        var actionPosition: DocumentPosition
        /// Compiled, where the signals are known and nothing was wrong with it.
        var condition: Condition?
        /// The nodes within it.
        var children: [PlacedNode] = []
        /// Whether it stands within nodes all of which hold whatever the signals say.
        var isAlwaysAsked = true

        /// Itself and the nodes within, each before those within it.
        var all: [PlacedNode] { [self] + children.flatMap(\.all) }
    }

    struct PlacedRule {
        var rule: RoutingRule
        var position: DocumentPosition
        var whenPosition: DocumentPosition
        var predicate: RequestPredicate
    }

    struct PlacedColor {
        var tag: String
        var position: DocumentPosition
        var whenPosition: DocumentPosition
        var predicate: RequestPredicate
    }

    var policy: Policy
    /// Empty where the defaults were taken.
    var stages: [PlacedStage] = []
    var tree: [PlacedNode] = []
    /// Every node, each before those within it.
    var allNodes: [PlacedNode] { tree.flatMap(\.all) }
    /// What conditions of the tree may read; nil where the plugins' signals are not known.
    var treeSignals: SignalSchema?
    /// Whether every node that was written could be read.
    var isTreeWhole = true
    var rules: [PlacedRule] = []
    var colors: [PlacedColor] = []
    /// The fields of all rules and colours: one field has one slot in all of them.
    var slots = RequestSlots()
    var positions: [String: DocumentPosition] = [:]
    var webhooks: [(webhook: Webhook, position: DocumentPosition)] = []
}
