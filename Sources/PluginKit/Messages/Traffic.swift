public import ReleaseModel

/// The whole routing of one service on one target at one generation; what a data plane is asked to carry.
public struct TrafficPlan: Sendable, Hashable, Codable {
    public var release: ReleaseID
    public var service: String
    /// Grows by one with every change of weights; names what a node runs.
    public var generation: Int64
    /// The lease term under which the plan was made. A node refuses a plan of an older term than the one it has.
    public var leaseTerm: Int64
    public var salt: String
    public var routing: RoutingPolicy
    /// Arms with weights that sum to 100%. Rules and colours that lead to an arm of weight 0 are off.
    public var arms: [TrafficArm]

    public init(
        release: ReleaseID, service: String, generation: Int64, leaseTerm: Int64, salt: String, routing: RoutingPolicy, arms: [TrafficArm]
    ) {
        self.release = release
        self.service = service
        self.generation = generation
        self.leaseTerm = leaseTerm
        self.salt = salt
        self.routing = routing
        self.arms = arms
    }
}

public struct TrafficArm: Sendable, Hashable, Codable {
    public var name: String
    public var revision: String
    public var weight: Weight
    /// `host:port` of each server.
    public var servers: [String]

    public init(name: String, revision: String, weight: Weight, servers: [String]) {
        self.name = name
        self.revision = revision
        self.weight = weight
        self.servers = servers
    }
}

/// `table` (routing and colouring plugins): check a plan and complete it. Routing first, then colouring on its answer.
public struct TableRequest: Sendable, Hashable, Codable {
    public var plan: TrafficPlan

    public init(plan: TrafficPlan) { self.plan = plan }
}

/// The plan as the plugin completed it.
public struct TableResponse: Sendable, Hashable, Codable {
    public var plan: TrafficPlan

    public init(plan: TrafficPlan) { self.plan = plan }
}

/// `apply` (data plane plugins): make one node carry a plan. Repeating it is observably nothing.
public struct ApplyRequest: Sendable, Hashable, Codable {
    public var node: TargetNode
    public var plan: TrafficPlan

    public init(node: TargetNode, plan: TrafficPlan) {
        self.node = node
        self.plan = plan
    }
}

public struct ApplyResponse: Sendable, Hashable, Codable {
    /// True when the node has taken the plan; false when it was refused and the node still runs what it ran before.
    public var applied: Bool
    /// Why it was refused, in the data plane's own words where it has some.
    public var reason: String?
    public var observed: ObservedTraffic
    /// The way by which the plan got there and why, in words: `reload: ...`, or `edge, no reload: ...`.
    public var way: String?

    public init(applied: Bool, reason: String? = nil, observed: ObservedTraffic, way: String? = nil) {
        self.applied = applied
        self.reason = reason
        self.observed = observed
        self.way = way
    }
}

/// `read` (data plane plugins): what one node really runs for a service.
public struct ReadRequest: Sendable, Hashable, Codable {
    public var node: TargetNode
    public var service: String

    public init(node: TargetNode, service: String) {
        self.node = node
        self.service = service
    }
}

public struct ReadResponse: Sendable, Hashable, Codable {
    public var observed: ObservedTraffic

    public init(observed: ObservedTraffic) { self.observed = observed }
}

/// What a node runs, read back from the running data plane and not from what was written.
public struct ObservedTraffic: Sendable, Hashable, Codable {
    /// The generation that fresh connections report; nil when the node carries nothing of Tidegate's for the service.
    public var generation: Int64?
    public var release: ReleaseID?
    public var leaseTerm: Int64?
    public var weights: [ArmWeight]
    /// True while a worker of an older generation still serves old connections.
    public var draining: Bool
    /// What differs between the files and what was written there last: a hand edit; nil when nothing does.
    public var drift: String?

    public init(
        generation: Int64?, release: ReleaseID?, leaseTerm: Int64?, weights: [ArmWeight], draining: Bool, drift: String? = nil
    ) {
        self.generation = generation
        self.release = release
        self.leaseTerm = leaseTerm
        self.weights = weights
        self.draining = draining
        self.drift = drift
    }
}
