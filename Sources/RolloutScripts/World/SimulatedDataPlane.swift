import PluginKit
import ReleaseModel
import Routing

/// A node that takes plans, as a real data plane does: fenced by generation and term, slow to drain, sometimes unreachable,
/// sometimes edited by hand.
struct SimulatedDataPlane {
    private(set) var plan: TrafficPlan?
    private var edited: Weight?

    /// The share of new connections that really goes to the canary.
    var canaryWeight: Weight {
        if let edited { return edited }
        return plan?.arms.first { $0.name == Arm.canary }?.weight ?? .zero
    }

    mutating func apply(_ new: TrafficPlan, isAvailable: Bool, isDraining: Bool) -> ApplyResponse {
        guard isAvailable else { return ApplyResponse(applied: false, reason: "unavailable", observed: observe(isDraining: isDraining)) }
        if let plan, plan.release == new.release, plan.leaseTerm > new.leaseTerm || plan.generation > new.generation {
            return ApplyResponse(applied: false, reason: "an older plan", observed: observe(isDraining: isDraining))
        }
        plan = new
        edited = nil
        return ApplyResponse(applied: true, observed: observe(isDraining: isDraining))
    }

    /// The arm that a request with these headers gets, by the routing that real data planes print; nil while nothing is applied.
    func arm(of headers: [RequestHeader], now: Timestamp) throws(ReleaseError) -> String? {
        guard let plan else { return nil }
        let table = try RoutingTable(
            routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        return table.assign(RoutingRequest(headers: headers.map { ($0.name, $0.value) }), now: now).arm
    }

    mutating func edit(canary weight: Weight) { edited = weight }

    func observe(isDraining: Bool) -> ObservedTraffic {
        ObservedTraffic(
            generation: plan?.generation, release: plan?.release, leaseTerm: plan?.leaseTerm,
            weights: plan == nil
                ? [] : [ArmWeight(arm: Arm.stable, weight: canaryWeight.complement), ArmWeight(arm: Arm.canary, weight: canaryWeight)],
            draining: isDraining, drift: edited == nil ? nil : "the generated file was edited by hand")
    }
}
