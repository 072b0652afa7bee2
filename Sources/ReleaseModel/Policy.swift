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
    /// What unclear verdicts lead to; nil holds.
    public var verdicts: VerdictPolicies?
    /// A metrics plugin that asks the arms itself, beside what their users ask; nil asks nothing.
    public var probes: PluginUse?

    public init(
        name: String, traffic: PluginUse, metrics: MetricsPolicy, logs: PluginUse?, routing: RoutingPolicy, stages: [Stage],
        warmUp: TimeSpan, bake: TimeSpan, health: PluginUse, tree: [TreeNode], notify: [Webhook],
        verdicts: VerdictPolicies? = nil, probes: PluginUse? = nil
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
        self.verdicts = verdicts
        self.probes = probes
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
    /// Further sources whose samples are added to those of `source`, each of a plugin of its own; nil is none. Where one fails, its
    /// samples are missing and nothing else.
    public var also: [PluginUse]?

    public init(source: PluginUse, every: TimeSpan, lag: TimeSpan, also: [PluginUse]? = nil) {
        self.source = source
        self.every = every
        self.lag = lag
        self.also = also
    }

    /// Every source, the main one first.
    public var sources: [PluginUse] { [source] + (also ?? []) }
}

/// Who takes part: the sticky key, colours and rules, as expressions over the request. What is nil is left out of the canonical JSON.
public struct RoutingPolicy: Sendable, Hashable, Codable {
    /// The routing and colouring plugins.
    public var plugin: String
    public var coloring: String
    /// Expression whose value keeps a user on one side; an empty value counts as absent.
    public var key: String
    public var tagHeader: String
    public var colors: [ColorRule]
    public var rules: [RoutingRule]
    /// The arms beside stable with their shares of those who take part, which sum to 100%; nil is one arm, `canary`.
    public var arms: [ArmShare]?
    /// Expressions that name a request's stratum (region, device); the arms keep their shares within each.
    public var strata: [String]?
    /// Where this release may take its participants from, so that other releases of the layer get other ones.
    public var layer: Layer?
    /// How colours travel over further hops; nil is `Propagation()`.
    public var propagation: Propagation?

    public init(
        plugin: String, coloring: String, key: String, tagHeader: String, colors: [ColorRule], rules: [RoutingRule],
        arms: [ArmShare]? = nil, strata: [String]? = nil, layer: Layer? = nil, propagation: Propagation? = nil
    ) {
        self.plugin = plugin
        self.coloring = coloring
        self.key = key
        self.tagHeader = tagHeader
        self.colors = colors
        self.rules = rules
        self.arms = arms
        self.strata = strata
        self.layer = layer
        self.propagation = propagation
    }
}

/// One canary arm's share of those who take part.
public struct ArmShare: Sendable, Hashable, Codable {
    public var name: String
    public var share: Weight

    public init(name: String, share: Weight) {
        self.name = name
        self.share = share
    }
}

/// A part of a layer. Everybody has one bucket per layer, and a release takes participants only from its own range of buckets: releases with
/// disjoint ranges never share one. Weight 100% means everybody, since a revision that has won is for all.
public struct Layer: Sendable, Hashable, Codable {
    public var name: String
    /// First bucket of the range, as a share of all.
    public var from: Weight
    /// One past the last; above `from`. A stage's weight is at most `to - from`.
    public var to: Weight

    public init(name: String, from: Weight, to: Weight) {
        self.name = name
        self.from = from
        self.to = to
    }
}

/// How colours are kept over hops, and whose colours are believed.
public struct Propagation: Sendable, Hashable, Codable {
    /// Networks whose colour header is believed as it is, as CIDR.
    public var trust: [String]
    /// Keys under which a colour header from elsewhere is believed. The first signs, all verify.
    public var keys: [ColorKey]
    /// Colours end after this many hops.
    public var maximumHops: Int
    /// Name of the W3C baggage member that repeats the colours; nil sends none.
    public var baggage: String?

    public init(trust: [String] = [], keys: [ColorKey] = [], maximumHops: Int = 8, baggage: String? = nil) {
        self.trust = trust
        self.keys = keys
        self.maximumHops = maximumHops
        self.baggage = baggage
    }
}

/// A key that signs colours, by reference.
public struct ColorKey: Sendable, Hashable, Codable {
    public var id: String
    /// Reference to the secret (`env:NAME` or `file:PATH`), never the secret.
    public var secret: String

    public init(id: String, secret: String) {
        self.id = id
        self.secret = secret
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
    /// The share of those who match, by a sticky bucket of the rule's own; nil is all of them.
    public var weight: Weight?
    /// The time of day at which the rule is in force, `02:00-06:00 Asia/Shanghai`; nil is always.
    public var during: String?

    public init(name: String, when: String, to: String, weight: Weight? = nil, during: String? = nil) {
        self.name = name
        self.when = when
        self.to = to
        self.weight = weight
        self.during = during
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
