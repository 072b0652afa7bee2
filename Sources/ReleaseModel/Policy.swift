internal import Hashing

/// How a release is to be run: where traffic goes, what is measured, how it grows and when it retreats.
///
/// A policy is data. Its canonical JSON is what is stored and digested; the YAML that people write is `PolicyLanguage`'s.
public struct Policy: Sendable, Hashable, Codable {
    public var name: String
    public var traffic: PluginUse
    public var metrics: MetricsPolicy
    public var logs: PluginUse?
    public var routing: RoutingPolicy
    public var stages: [Stage]
    /// How long a new instance is left out of latency, GC and memory; never out of errors.
    public var warmUp: TimeSpan
    public var bake: TimeSpan
    /// The scoring plugin with its settings (`falseRollback`, `score`, `required`, `slo`, ...).
    public var health: PluginUse
    /// Nodes in order; the first that holds wins.
    public var tree: [TreeNode]
    public var notify: [Webhook]

    public init(
        name: String, traffic: PluginUse, metrics: MetricsPolicy, logs: PluginUse?, routing: RoutingPolicy, stages: [Stage],
        warmUp: TimeSpan, bake: TimeSpan, health: PluginUse, tree: [TreeNode], notify: [Webhook]
    ) {
        self.name = name
        self.traffic = traffic
        self.metrics = metrics
        self.logs = logs
        self.routing = routing
        self.stages = stages
        self.warmUp = warmUp
        self.bake = bake
        self.health = health
        self.tree = tree
        self.notify = notify
    }

    /// SHA-256 of the canonical JSON, in hexadecimal.
    public var digest: String {
        get throws { try JSONValue(encoding: self).digest.hex }
    }
}

/// A plugin by name (or its descriptor's alias) and the settings handed to it.
public struct PluginUse: Sendable, Hashable, Codable {
    public var plugin: String
    public var configuration: JSONValue

    public init(plugin: String, configuration: JSONValue = [:]) {
        self.plugin = plugin
        self.configuration = configuration
    }
}

/// Where metrics come from and how often they are looked at.
public struct MetricsPolicy: Sendable, Hashable, Codable {
    public var source: PluginUse
    /// Length of a poll window.
    public var every: TimeSpan
    /// A window is read this long after it ends, when its samples have surely arrived.
    public var lag: TimeSpan

    public init(source: PluginUse, every: TimeSpan, lag: TimeSpan) {
        self.source = source
        self.every = every
        self.lag = lag
    }
}

/// Who takes part: the sticky key, colours and rules, as expressions over the request.
public struct RoutingPolicy: Sendable, Hashable, Codable {
    /// The routing and colouring plugins.
    public var plugin: String
    public var coloring: String
    /// Expression whose value keeps a user on one side; an empty value counts as absent.
    public var key: String
    public var tagHeader: String
    public var colors: [ColorRule]
    public var rules: [RoutingRule]

    public init(plugin: String, coloring: String, key: String, tagHeader: String, colors: [ColorRule], rules: [RoutingRule]) {
        self.plugin = plugin
        self.coloring = coloring
        self.key = key
        self.tagHeader = tagHeader
        self.colors = colors
        self.rules = rules
    }
}

public struct ColorRule: Sendable, Hashable, Codable {
    public var tag: String
    public var when: String

    public init(tag: String, when: String) {
        self.tag = tag
        self.when = when
    }
}

/// A request that matches goes to the named arm whatever its bucket; off while the arm's weight is 0.
public struct RoutingRule: Sendable, Hashable, Codable {
    public var name: String
    public var when: String
    public var to: String

    public init(name: String, when: String, to: String) {
        self.name = name
        self.when = when
        self.to = to
    }
}

/// One step of growth: the canary's weight, how long it is watched there, and how many canary requests must have been seen.
public struct Stage: Sendable, Hashable, Codable {
    public var weight: Weight
    public var duration: TimeSpan
    public var samples: Int
    /// With too few samples the stage may last up to this many times its duration.
    public var extend: Double
    /// What happens when even then the samples are too few.
    public var then: TooFewSamples
    /// A person must approve before the stage is entered.
    public var approval: Approval?

    public enum TooFewSamples: String, Sendable, Hashable, Codable { case ask, hold, rollback }

    public init(
        weight: Weight, duration: TimeSpan, samples: Int = 0, extend: Double = 4, then: TooFewSamples = .ask, approval: Approval? = nil
    ) {
        self.weight = weight
        self.duration = duration
        self.samples = samples
        self.extend = extend
        self.then = then
        self.approval = approval
    }
}

public struct Approval: Sendable, Hashable, Codable {
    public var role: String
    /// After this long without an answer the release is paused.
    public var expires: TimeSpan

    public init(role: String, expires: TimeSpan) {
        self.role = role
        self.expires = expires
    }
}

/// One node of the rollback tree: a condition over signals (none holds always) and what follows.
public struct TreeNode: Sendable, Hashable, Codable {
    public var name: String
    public var condition: String?
    public var action: TreeAction

    public init(name: String, condition: String?, action: TreeAction) {
        self.name = name
        self.condition = condition
        self.action = action
    }
}

public enum TreeAction: Sendable, Hashable, Codable {
    case advance
    case hold
    case pause
    case rollback
    /// Alert, wait for what comes, and take the second action if the condition still holds on what came since.
    case observe(TimeSpan, otherwise: ObservedAction)

    public enum ObservedAction: String, Sendable, Hashable, Codable { case hold, pause, rollback }
}

/// A receiver of notifications; the body is signed with HMAC-SHA-256 under the referenced secret.
public struct Webhook: Sendable, Hashable, Codable {
    public var url: String
    /// Reference to the secret (`env:NAME` or `file:PATH`), never the secret.
    public var secret: String?

    public init(url: String, secret: String? = nil) {
        self.url = url
        self.secret = secret
    }
}
