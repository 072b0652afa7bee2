import ReleaseModel
import ReleaseStore

/// Values that many tests need.
enum Fixtures {
    static let actor = Actor(name: "test", means: .local)

    static let policySource = """
        apiVersion: tidegate/v1
        kind: RolloutPolicy
        metadata: {name: demo}
        spec:
          metrics: {plugin: prometheus, url: "http://127.0.0.1:9090", every: 5s, lag: 2s}
          stages:
            - {weight: 5%, for: 30s}
            - {weight: 50%, for: 30s}
        """

    static let policy = Policy(
        name: "demo", traffic: PluginUse(plugin: "nginx"),
        metrics: MetricsPolicy(source: PluginUse(plugin: "prometheus"), every: .seconds(5), lag: .seconds(2)), logs: nil,
        routing: RoutingPolicy(
            plugin: "weighted", coloring: "coloring", key: "client.address", tagHeader: "x-gray-tag", colors: [], rules: []),
        stages: [
            Stage(weight: Weight(percent: "5%")!, duration: .seconds(30)), Stage(weight: Weight(percent: "50%")!, duration: .seconds(30)),
        ],
        warmUp: .seconds(0), bake: .seconds(30), health: PluginUse(plugin: "health"),
        tree: [TreeNode(name: "all good", condition: nil, action: .advance)], notify: [])

    static func target(services: [String] = ["checkout"]) -> Target {
        Target(
            name: "edge", plugin: "nginx", nodes: [TargetNode(name: "edge-1", configuration: ["prefix": "/tmp/nginx"])],
            services: services.map { name in
                TargetService(
                    name: name, stable: "v41",
                    revisions: [
                        TargetRevision(name: "v41", servers: ["127.0.0.1:8041"]), TargetRevision(name: "v42", servers: ["127.0.0.1:8042"]),
                    ])
            })
    }

    /// Stores the policy and a target with the services.
    static func prepare(_ store: ReleaseStore, services: [String] = ["checkout"]) async throws {
        _ = try await store.applyPolicy(source: policySource, policy: policy, actor: actor)
        _ = try await store.applyTarget(target(services: services), actor: actor)
    }

    static func start(_ store: ReleaseStore, service: String = "checkout") async throws -> Release {
        try await store.startRelease(
            StartRequest(service: service, revision: "v42", policy: "demo", target: "edge", actor: actor, reason: "test"))
    }
}
