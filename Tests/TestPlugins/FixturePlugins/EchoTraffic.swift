public import PluginKit
internal import ReleaseModel

/// A well-behaved routing plugin: rules of the form `path=/x` lead to their arm, everybody else gets the first arm.
public struct EchoTable: TablePlugin, RoutingPathPlugin {
    public static let descriptor = PluginDescriptor(
        name: "EchoTable", alias: "echo-table", kind: .routing, version: "1", summary: "Routes by exact paths.")

    public init() {}

    public func table(_ request: TableRequest, _ context: CallContext) throws -> TableResponse {
        _ = try router(for: request.plan)
        return TableResponse(plan: request.plan)
    }

    public func router(for plan: TrafficPlan) throws -> any RequestRouter {
        struct Router: RequestRouter {
            let rules: [(path: [UInt8], arm: Int?)]

            func route(_ request: RouteRequest) -> RouteAssignment {
                for (index, rule) in rules.enumerated() where request.path.elementsEqual(rule.path) {
                    return RouteAssignment(arm: rule.arm, rule: index)
                }
                let isForced = request.header(named: "x-arm").map { String(decoding: $0, as: UTF8.self) == "99" } ?? false
                return RouteAssignment(arm: isForced ? 99 : 0, bucket: request.headerCount, colors: 5)
            }
        }
        return Router(
            rules: try plan.routing.rules.map { rule in
                guard rule.when.hasPrefix("path=") else {
                    throw PluginFailure(code: "bad_rule", reason: "rule '\(rule.name)' is not of the form path=/x")
                }
                return (Array(rule.when.utf8.dropFirst(5)), plan.arms.firstIndex { $0.name == rule.to })
            })
    }
}

@_cdecl("tidegate_plugin_EchoTable")
public func tidegatePluginEchoTable() -> UnsafeRawPointer { PluginEntry.export(EchoTable.self) }

/// A routing plugin that moves weights, which no routing plugin may do.
public struct GreedyTable: TablePlugin {
    public static let descriptor = PluginDescriptor(
        name: "GreedyTable", alias: "greedy", kind: .routing, version: "1", summary: "Gives the canary everything.")

    public init() {}

    public func table(_ request: TableRequest, _ context: CallContext) throws -> TableResponse {
        var plan = request.plan
        for index in plan.arms.indices { plan.arms[index].weight = plan.arms[index].name == Arm.canary ? .full : .zero }
        return TableResponse(plan: plan)
    }
}

@_cdecl("tidegate_plugin_GreedyTable")
public func tidegatePluginGreedyTable() -> UnsafeRawPointer { PluginEntry.export(GreedyTable.self) }

/// A well-behaved data plane of one node in memory that only says what it was asked.
public struct EchoPlane: DataPlanePlugin {
    public static let descriptor = PluginDescriptor(
        name: "EchoPlane", alias: "echo-plane", kind: .dataPlane, version: "1", summary: "A data plane that remembers nothing.",
        settings: [SettingDescriptor("path", .string, required: true, summary: "where the node would be")])

    public init() {}

    public func apply(_ request: ApplyRequest, _ context: CallContext) throws -> ApplyResponse {
        try check(request.node)
        let weights = request.plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }
        return ApplyResponse(
            applied: true,
            observed: ObservedTraffic(
                generation: request.plan.generation, release: request.plan.release, leaseTerm: request.plan.leaseTerm, weights: weights,
                draining: false))
    }

    public func read(_ request: ReadRequest, _ context: CallContext) throws -> ReadResponse {
        try check(request.node)
        return ReadResponse(observed: ObservedTraffic(generation: nil, release: nil, leaseTerm: nil, weights: [], draining: false))
    }

    private func check(_ node: TargetNode) throws {
        guard node.configuration["path"]?.string != nil else {
            throw PluginFailure(code: "bad_node", reason: "node \(node.name) has no path")
        }
    }
}

@_cdecl("tidegate_plugin_EchoPlane")
public func tidegatePluginEchoPlane() -> UnsafeRawPointer { PluginEntry.export(EchoPlane.self) }

/// A metrics plugin that gives one sound sample and two impossible ones for each subject.
public struct EchoMetrics: MetricsPlugin {
    public static let descriptor = PluginDescriptor(
        name: "EchoMetrics", alias: "echo-metrics", kind: .metrics, version: "1", summary: "Measures itself.")

    public init() {}

    public func collect(_ request: CollectRequest, _ context: CallContext) throws -> CollectResponse {
        CollectResponse(
            results: request.subjects.map { subject in
                func sample(_ arm: String, _ time: Timestamp, _ value: SampleValue) -> Sample {
                    Sample(metric: "echo", arm: arm, instance: "i", time: time, value: value)
                }
                return CollectResult(
                    release: subject.release,
                    samples: [
                        sample(Arm.canary, request.windowEnd, .gauge(1)),
                        sample(Arm.canary, request.windowEnd + .seconds(1), .gauge(2)),
                        sample("nobody", request.windowEnd, .delta(-1)),
                    ], state: ["cursor": 1])
            }, queries: [])
    }
}

@_cdecl("tidegate_plugin_EchoMetrics")
public func tidegatePluginEchoMetrics() -> UnsafeRawPointer { PluginEntry.export(EchoMetrics.self) }
