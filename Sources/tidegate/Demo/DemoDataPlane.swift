import Foundation
import PluginHost
import PluginKit
import ReleaseModel

/// The demo's nginx, written and read through the plugin that releases use.
struct DemoDataPlane: Sendable {
    let plugins: PluginHost
    let node: TargetNode

    /// Lays out the routing before the first release: everybody gets the stable revision. nginx is not running yet.
    func layStable(servers: [String], routing: RoutingPolicy) async throws {
        var routing = routing
        routing.colors = []
        routing.rules = []
        let plan = TrafficPlan(
            release: "\(DemoSite.service)-0", service: DemoSite.service, generation: 0, leaseTerm: 0, salt: DemoSite.service,
            routing: routing, arms: [TrafficArm(name: Arm.stable, revision: DemoSite.stable, weight: .full, servers: servers)])
        try await lay(plan)
    }

    /// Writes a plan before nginx runs.
    func lay(_ plan: TrafficPlan) async throws {
        let response = try await plugin.apply(ApplyRequest(node: node, plan: plan), within: .seconds(20))
        if !response.applied, response.reason?.contains("not running") != true {
            throw ReleaseError(.dataPlaneRefused, response.reason ?? "nginx refused the first configuration", place: "nginx")
        }
    }

    /// The canary's weight as fresh connections to the running nginx report it.
    func canaryWeight() async throws -> Weight {
        try await plugin.read(ReadRequest(node: node, service: DemoSite.service), within: .seconds(5)).observed.weights[arm: Arm.canary]
    }

    /// When weight 0 was first read back after the fault had begun; nil when that never happens.
    func firstZero(after fault: Task<Timestamp?, any Error>) async -> Timestamp? {
        guard let began = try? await fault.value else { return nil }
        while !Task.isCancelled {
            if let weight = try? await canaryWeight(), weight == .zero { return max(Self.now, began) }
            try? await Task.sleep(for: DemoRun.readInterval)
        }
        return nil
    }

    private static var now: Timestamp { Timestamp(seconds: Date.now.timeIntervalSince1970) }

    private var plugin: PluginHandle {
        get throws { try plugins.plugin("nginx") }
    }
}
