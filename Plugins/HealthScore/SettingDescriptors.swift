internal import PluginKit
internal import ReleaseModel

enum SettingDescriptors {
    static let all: [SettingDescriptor] = [
        SettingDescriptor("formula", .string, default: "default", summary: "default or classic (absolute latency scale)"),
        SettingDescriptor(
            "falseRollback", .ratio, default: 0.01, minimum: 0.000001, maximum: 0.2,
            summary: "Chance of a false rollback over the whole release, split over the families of signals"),
        SettingDescriptor(
            "tolerance", .number, default: 1, minimum: 1, maximum: 20, summary: "Ratio of the canary's rate to stable's that is tolerated"),
        SettingDescriptor("alternatives", .array, summary: "Rate ratios that the tests bet on; each above the tolerance"),
        SettingDescriptor(
            "lateOnset", .ratio, default: 0.1, minimum: 0, maximum: 0.9,
            summary: "Share of the wealth that bets on a fault that starts later"),
        SettingDescriptor(
            "bursts", .string, default: "measured",
            summary: "Guard against errors in bursts: measured, expected (only the burst-robust test counts) or absent (none)"),
        SettingDescriptor("score", .object, summary: "Weights of the parts: latency 40, errors 30, gc 15, memory 15"),
        SettingDescriptor("required", .array, default: ["errors", "latency"], summary: "Parts without which `complete` is false"),
        SettingDescriptor("window", .duration, default: "1m", summary: "Rolling window of the score's latency and errors"),
        SettingDescriptor(
            "stale", .duration, default: "1m", summary: "A part without data for so long (and three poll windows) is missing"),
        SettingDescriptor("minimum", .object, summary: "requests: fewest requests of an arm in `window` for its score (20)"),
        SettingDescriptor("latency", .object, summary: "slow: compare only edges from here on (default: all); p: 0.95, scale: 500ms"),
        SettingDescriptor("gc", .object, summary: "pause: 200ms, halfLife: 60s"),
        SettingDescriptor("memory", .object, summary: "limit: 0.5 MB/min, scale: 30 MB/min, block: 5m, blocks: 10"),
        SettingDescriptor(
            "slo", .array,
            summary:
                "Objectives: name, objective (99.9%), window (30d), latency ({within: 3s}), requests (20), errors (3), page and ticket rules"
        ),
        SettingDescriptor(
            "breach", .object, summary: "by: burnRate, or percentile (of stable's error rate) with percentile: 99, over: 1h, for: 5m"),
        SettingDescriptor(
            "probes", .bool, default: false,
            summary: "Samples of probes are expected; set by Tidegate where the policy has probes. They get a fifth of falseRollback"),
        SettingDescriptor(
            "checks", .array,
            summary: "Limits of the checks in metrics.checks: name, atLeast, above, atMost, below, failing, failures (0), unanswered"),
        SettingDescriptor(
            "baseline", .object,
            summary: "fresh: compare only with stable instances that started within so long of the canary's (default: with all)"),
        SettingDescriptor("bake", .object, summary: "tolerance: 2, the ratio to stable's earlier rate that is tolerated while baking"),
    ]
}
