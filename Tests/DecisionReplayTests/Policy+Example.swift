import ReleaseModel

extension Policy {
    static let example = Policy(
        name: "demo", traffic: PluginUse(plugin: "nginx"),
        metrics: MetricsPolicy(source: PluginUse(plugin: "prometheus"), every: .seconds(5), lag: .seconds(2)), logs: nil,
        routing: RoutingPolicy(
            plugin: "weighted", coloring: "coloring", key: "client.address", tagHeader: "x-gray-tag", colors: [], rules: []),
        stages: [
            Stage(weight: Weight(percent: "5%")!, duration: .seconds(30)), Stage(weight: Weight(percent: "50%")!, duration: .seconds(30)),
        ],
        warmUp: .seconds(0), bake: .seconds(30), health: PluginUse(plugin: "health"),
        tree: [TreeNode(name: "all good", condition: nil, action: .advance)], notify: [])
}
