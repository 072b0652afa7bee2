public import ReleaseModel

/// What a policy says where it says nothing: what a careful release manager would have chosen.
///
/// | Key | Default | Why |
/// |---|---|---|
/// | `traffic.plugin` | `nginx` | |
/// | `metrics.plugin` | `prometheus` | its `url` has no default |
/// | `metrics.every` | `10s` | a poll window |
/// | `metrics.lag` | `15s` | the usual scrape interval: a window's samples have arrived |
/// | `routing.key` | `header["x-user-id"] or cookie.uid or client.address` | a user, otherwise an address |
/// | `routing.plugin`, `routing.coloring` | `WeightedCanary`, `TrafficColoring` | |
/// | `routing.tagHeader` | `x-gray-tag` | |
/// | `routing.colors`, `routing.rules` | none | |
/// | `routing.arms` | one, `canary` | |
/// | `routing.strata`, `routing.layer`, `routing.baggage` | none | |
/// | `routing.trust`, `routing.sign` | none | colours from outside are dropped |
/// | `routing.hops` | `8` | more hops than that are a loop |
/// | `stages` | 1% for 10m with 500 samples, 10% for 20m, 50% for 30m | small first, and long enough to see GC and memory |
/// | a stage's `for` | `10m` | |
/// | a stage's `samples` | `100` | fewer requests say little about a rate of 1% |
/// | a stage's `extend`, `then` | `4x`, `ask` | wait, then let a person decide |
/// | `approval.role`, `approval.expires` | `approver`, `4h` | after that the release is paused |
/// | `warmUp` | `3m` | compilers, caches and pools; never for errors |
/// | `bake` | `30m` | slow faults show at full traffic |
/// | `health.plugin` | `HealthScore` | its settings have their own defaults |
/// | `logs.plugin` | `LogSignals` | `logs: none` turns it off |
/// | `verdicts` | each holds | nothing grows on what nobody knows |
/// | `probes` | none; their plugin is `probe` | a service's own traffic says more |
/// | `tree` | the seven nodes of `policies/default` | |
/// | `observe`'s `otherwise` | `rollback` | with a warning |
/// | `hold`'s `otherwise` | `ask` | with a warning |
/// | `ask`'s role, `expires` | those of the next stage's approval, else `approver` and `4h` | |
/// | `notify` | none | |
public enum PolicyDefaults {
    public static let dataPlanePlugin = "nginx"
    public static let metricsPlugin = "prometheus"
    public static let every = TimeSpan.seconds(10)
    public static let lag = TimeSpan.seconds(15)
    public static let routingPlugin = "WeightedCanary"
    public static let coloringPlugin = "TrafficColoring"
    public static let key = #"header["x-user-id"] or cookie.uid or client.address"#
    public static let tagHeader = "x-gray-tag"
    public static let healthPlugin = "HealthScore"
    public static let logsPlugin = "LogSignals"
    public static let probesPlugin = "probe"
    public static let warmUp = TimeSpan.seconds(180)
    public static let bake = TimeSpan.seconds(1800)
    public static let stageDuration = TimeSpan.seconds(600)
    public static let samples = 100
    public static let extend = 4.0
    public static let approverRole = "approver"
    public static let approvalExpires = TimeSpan.seconds(4 * 3600)

    public static let metrics = MetricsPolicy(source: PluginUse(plugin: metricsPlugin), every: every, lag: lag)
    public static let routing = RoutingPolicy(
        plugin: routingPlugin, coloring: coloringPlugin, key: key, tagHeader: tagHeader, colors: [], rules: [])

    public static let stages = [
        Stage(weight: Weight(basisPoints: 100), duration: .seconds(600), samples: 500),
        Stage(weight: Weight(basisPoints: 1000), duration: .seconds(1200), samples: samples),
        Stage(weight: Weight(basisPoints: 5000), duration: .seconds(1800), samples: samples),
    ]

    public static let tree = [
        TreeNode(name: "slo and logs agree", condition: "slo.breached and logs.anomaly >= 0.85", action: .rollback),
        TreeNode(
            name: "canary is worse", condition: "errors.guilty or latency.guilty or gc.guilty or memory.guilty", action: .rollback),
        TreeNode(name: "score", condition: "held(score < 75 and scoreDrop.low > 10, 30s)", action: .rollback),
        TreeNode(name: "slo alone", condition: "slo.breached", action: .observe(.seconds(120), otherwise: .rollback)),
        TreeNode(name: "too little to say", condition: "coverage < 0.6 or not complete", action: .hold),
        TreeNode(name: "not good enough", condition: "score < 90 and scoreDrop.low > 5", action: .hold),
        TreeNode(name: "all good", condition: nil, action: .advance),
    ]

    /// The same for a policy that reads no logs.
    public static let treeWithoutLogs = tree.filter { $0.name != "slo and logs agree" }
}
