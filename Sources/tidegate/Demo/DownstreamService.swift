import PluginKit
import ReleaseModel

/// The service behind the one that the demo releases. It is half-way through a gray release of its own: nearly everybody gets the old
/// revision, and whoever was coloured at the first hop gets the new one.
enum DownstreamService {
    static let name = "payments"
    static let stable = "p7"
    static let canary = "p8"
    /// The colour of those who asked for what is new; `policies/demo` gives it.
    static let tag = "beta"
    static let canaryWeight = Weight(basisPoints: 100)

    static func plan(stableServers: [String], canaryServers: [String]) -> TrafficPlan {
        TrafficPlan(
            release: "\(name)-1", service: name, generation: 1, leaseTerm: 1, salt: name,
            routing: RoutingPolicy(
                plugin: "WeightedCanary", coloring: "TrafficColoring", key: "header[\"x-user-id\"]", tagHeader: "x-gray-tag", colors: [],
                rules: [RoutingRule(name: "coloured", when: "tagged(\"\(tag)\")", to: Arm.canary)],
                // Only the services of this machine call it, so the colours that arrive are theirs.
                propagation: Propagation(trust: ["127.0.0.0/8"])),
            arms: [
                TrafficArm(name: Arm.stable, revision: stable, weight: canaryWeight.complement, servers: stableServers),
                TrafficArm(name: Arm.canary, revision: canary, weight: canaryWeight, servers: canaryServers),
            ])
    }
}
