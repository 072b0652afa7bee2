public import ReleaseModel
internal import Routing

/// Whether nginx alone can carry a policy's routing, asked before anything is applied.
public enum EdgeNeed {
    /// What nginx cannot compute by itself, as the part and the reason; nil when its own maps and splits carry everything.
    ///
    /// Every arm is taken to have some weight, so that no rule is left out for being off.
    ///
    /// - Parameter now: from when on a time zone's clocks must stay as they are.
    /// - Throws: `invalidInput` for a routing that is wrong in itself.
    public static func refusal(of routing: RoutingPolicy, now: Timestamp) throws(ReleaseError) -> PrintingRefusal? {
        let names = routing.arms?.map(\.name) ?? [Arm.canary]
        guard names.count < RoutingTable.maximumArms else {
            throw ReleaseError(.limitExceeded, "routing takes at most \(RoutingTable.maximumArms) arms")
        }
        let share = Weight(basisPoints: 100)
        let arms =
            [ArmWeight(arm: Arm.stable, weight: Weight(basisPoints: 10_000 - 100 * names.count))]
            + names.map { ArmWeight(arm: $0, weight: share) }
        // A layer's range may be narrower than the weights that are assumed here; it is printed by a split in any case.
        var routing = routing
        routing.layer = nil
        let table = try RoutingTable(routing: routing, salt: "plan", arms: arms)
        do {
            try RoutingPrinter(
                table: table, writer: MapWriter(prefix: "tidegate_plan"), revisions: arms.map(\.arm), now: now
            ).print()
            return nil
        } catch {
            return error
        }
    }

    /// What to do about it.
    public static let advice = "run `tidegate edge` beside nginx and give the node its address (edge: \"http://127.0.0.1:8423\")"
    /// Names of the nginx plugin.
    public static let plugins = ["nginx", "NginxTraffic"]
}
