public import ReleaseModel

/// A plugin that a policy names, with its settings.
public struct PolicyPlugin: Sendable, Hashable {
    public let use: PluginUse
    /// The kinds of plugins that can stand there.
    public let kinds: [String]
    /// Where it stands below `spec`: `["metrics", "also", "0"]`.
    public let section: [String]

    /// The same for people: `metrics.also`.
    public var part: String { section.filter { Int($0) == nil }.joined(separator: ".") }
}

extension Policy {
    /// Every plugin that the policy names, or that stands there by default.
    public var plugins: [PolicyPlugin] {
        var plugins = [
            PolicyPlugin(use: traffic, kinds: ["dataPlane"], section: ["traffic"]),
            PolicyPlugin(use: metrics.source, kinds: ["metrics"], section: ["metrics"]),
            PolicyPlugin(use: health, kinds: ["scoring", "signals"], section: ["health"]),
            PolicyPlugin(use: PluginUse(plugin: routing.plugin), kinds: ["routing"], section: ["routing"]),
            PolicyPlugin(use: PluginUse(plugin: routing.coloring), kinds: ["coloring"], section: ["routing", "coloring"]),
        ]
        for (index, use) in (metrics.also ?? []).enumerated() {
            plugins.append(PolicyPlugin(use: use, kinds: ["metrics"], section: ["metrics", "also", "\(index)"]))
        }
        if let logs { plugins.append(PolicyPlugin(use: logs, kinds: ["signals", "scoring"], section: ["logs"])) }
        if let probes { plugins.append(PolicyPlugin(use: probes, kinds: ["metrics"], section: ["probes"])) }
        return plugins
    }
}
