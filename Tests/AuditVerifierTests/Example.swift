import Hashing
import ReleaseModel
import ReleaseStore

/// Values that the tests share.
enum Example {
    static let ann = Actor(name: "ann", means: .token, onBehalfOf: "pipeline 7")

    static let bob = Actor(name: "bob", means: .token)

    static let target = Target(
        name: "edge", plugin: "NginxTraffic",
        nodes: [TargetNode(name: "n1", configuration: ["prefix": "/tmp/n1", "port": 8080]), TargetNode(name: "n2", configuration: [:])],
        services: [
            TargetService(
                name: "checkout", stable: "v1",
                revisions: ["v1", "v2", "v3"].map { TargetRevision(name: $0, servers: ["127.0.0.1:8\($0.dropFirst())00"]) }),
            TargetService(
                name: "search", stable: "a", revisions: [.init(name: "a", servers: ["127.0.0.1:9000"]), .init(name: "b", servers: [])]),
        ])

    static let policy = Policy(
        name: "demo", traffic: PluginUse(plugin: "NginxTraffic"),
        metrics: MetricsPolicy(
            source: PluginUse(plugin: "PrometheusMetrics", configuration: ["url": "http://127.0.0.1:9090"]), every: .seconds(10),
            lag: .seconds(5)),
        logs: nil,
        routing: RoutingPolicy(
            plugin: "WeightedCanary", coloring: "TrafficColoring", key: "client.address", tagHeader: "x-gray-tag", colors: [], rules: []),
        stages: [Stage(weight: Weight(basisPoints: 500), duration: .seconds(60))], warmUp: .seconds(30), bake: .seconds(60),
        health: PluginUse(plugin: "HealthScore", configuration: ["falseRollback": 0.01]),
        tree: [TreeNode(name: "all good", condition: nil, action: .advance)], notify: [])

    static func controller(_ id: String) -> ControllerIdentity { ControllerIdentity(id: id, host: "here", pid: 1, version: "0.1") }

    static let noon = Timestamp(rfc3339: "2026-11-21T12:00:00Z")!

    static func weights(_ canary: Int) -> [ArmWeight] {
        [
            ArmWeight(arm: Arm.stable, weight: Weight(basisPoints: 10_000 - canary)),
            ArmWeight(arm: Arm.canary, weight: Weight(basisPoints: canary)),
        ]
    }

    static func decision(
        _ kind: Decision.Kind, _ from: ReleaseState, _ to: ReleaseState, from fromWeight: Int = 500, to toWeight: Int = 500,
        reason: String = "because",
        at time: Timestamp = noon
    ) -> Decision {
        Decision(
            kind: kind, from: from, to: to, fromWeights: weights(fromWeight), toWeights: weights(toWeight), stage: 0,
            because: "canary is worse",
            verdict: .degraded, actor: .controller, reason: reason, time: time,
            path: [
                NodeEvaluation(
                    node: "canary is worse", condition: "errors.guilty", truth: .true, taken: true,
                    readings: [
                        NamedReading(name: "errors.guilty", reading: .bool(true)), NamedReading(name: "score", reading: .number(0.1)),
                    ])
            ])
    }

    static let evidence = [UInt8](
        #"{"samples":[\#((0..<2000).map { #"{"instance":"checkout-\#($0 % 7)","value":\#($0 % 11)}"# }.joined(separator: ","))]}"#.utf8)

    /// The first step: pending to progressing, 5%.
    static func begin(_ lease: Lease, version: Int64 = 0) -> Commit {
        Commit(
            lease: lease, expectedVersion: version, state: .progressing, engineState: ["stage": 0], weights: weights(500), generation: 1,
            decisions: [NewDecision(decision: decision(.start, .pending, .progressing, from: 0, to: 500), evidence: evidence)],
            effects: [
                NewEffect(
                    key: "generation 1", kind: "setWeights", payload: ["generation": 1, "weights": Site.json(weights(500))],
                    decisionIndex: 0, replacesEarlier: true)
            ],
            dueAt: noon)
    }

    /// A window in which nothing was decided.
    static func quiet(_ lease: Lease, version: Int64, windowEnd: Timestamp = noon) -> Commit {
        Commit(
            lease: lease, expectedVersion: version, state: .progressing, engineState: ["stage": 0], weights: weights(500), generation: 1,
            rolling: [RollingState(plugin: "HealthScore", version: "1.0", state: ["wealth": 1.25])],
            poll: PollRow(windowEnd: windowEnd, verdict: .inconclusive, outcome: ["score": 91.5]), dueAt: windowEnd + .seconds(10))
    }
}
