/// A plugin that also decides single requests inside the process that routes them. There it is not isolated: a crash is the router's crash.
public protocol RoutingPathPlugin: Plugin {
    /// What decides by this plan. Everything that can be compiled is compiled here.
    func router(for plan: TrafficPlan) throws -> any RequestRouter
}

/// Decides requests by one plan. Called from many threads at once; it neither waits nor throws.
public protocol RequestRouter: Sendable {
    func route(_ request: RouteRequest) -> RouteAssignment
}

/// Where one request goes. Indices are those of the plan's arrays.
public struct RouteAssignment: Sendable, Hashable {
    /// Index into `plan.arms`; nil when no arm takes the request.
    public var arm: Int?
    /// Index into `plan.routing.rules`; nil when the weights decided.
    public var rule: Int?
    /// 0 to 9999; nil when the request has no key.
    public var bucket: Int?
    /// Bit i is set when `plan.routing.colors[i]` holds, for the first 64.
    public var colors: UInt64
    /// Expressions that could not be evaluated and so did not match.
    public var errors: Int

    public init(arm: Int?, rule: Int? = nil, bucket: Int? = nil, colors: UInt64 = 0, errors: Int = 0) {
        self.arm = arm
        self.rule = rule
        self.bucket = bucket
        self.colors = colors
        self.errors = errors
    }
}
