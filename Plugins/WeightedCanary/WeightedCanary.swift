internal import Foundation
public import PluginKit
internal import ReleaseModel
internal import Routing

/// Routes by rules in their order, then by weights with a sticky bucket.
///
/// As a table plugin it checks a plan: expressions compile, rules lead to arms, weights sum to 100%, arms with traffic have servers. On the
/// routing path it decides single requests by the same table that the data planes print.
public struct WeightedCanary: TablePlugin, RoutingPathPlugin {
    public static let descriptor = PluginDescriptor(
        name: "WeightedCanary", alias: "weighted", kind: .routing, version: "1.0.0",
        summary: "Rules first, then weights; a sticky salted bucket (nginx's split_clients) decides who takes part.")

    public init() {}

    /// The plan as it is, when it is sound: there is nothing to complete.
    public func table(_ request: TableRequest, _ context: CallContext) throws -> TableResponse {
        try check(request.plan)
        return TableResponse(plan: request.plan)
    }

    public func router(for plan: TrafficPlan) throws -> any RequestRouter {
        let table = try table(of: plan)
        return WeightedRouter(table: table, gate: try gate(of: table), clock: { Timestamp(seconds: Date().timeIntervalSince1970) })
    }

    /// What decides about colours from outside, with the secrets that the plan refers to.
    private func gate(of table: RoutingTable) throws -> ColorGate {
        var secrets: [String: [UInt8]] = [:]
        for key in table.propagation.keys {
            guard let reference = SecretReference(key.secret) else {
                throw failure(.invalidInput, "the colour key '\(key.id)' has no reference to its secret; write env:NAME or file:PATH")
            }
            secrets[key.id] = Array(try reference.resolve().utf8)
        }
        do {
            return try ColorGate(propagation: table.propagation, tagHeader: table.tagHeader, secrets: secrets)
        } catch {
            throw failure(error.code, error.description)
        }
    }

    private func check(_ plan: TrafficPlan) throws {
        _ = try table(of: plan)
        for arm in plan.arms where arm.weight > .zero && arm.servers.isEmpty {
            throw failure(
                .invalidInput, "the arm '\(arm.name)' is to get \(arm.weight) of the traffic, but revision '\(arm.revision)' has no servers"
            )
        }
    }

    private func table(of plan: TrafficPlan) throws -> RoutingTable {
        do {
            return try RoutingTable(
                routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        } catch {
            throw failure(error.code, error.description)
        }
    }

    private func failure(_ code: ReleaseError.Code, _ reason: String) -> PluginFailure {
        PluginFailure(code: code.rawValue, reason: reason)
    }
}

/// Decides requests by one compiled table.
struct WeightedRouter: RequestRouter {
    let table: RoutingTable
    let gate: ColorGate
    /// The time of day, which rules may ask for.
    let clock: @Sendable () -> Timestamp

    func route(_ request: RouteRequest) -> RouteAssignment {
        let headers = (0..<request.headerCount).map { index in
            let header = request.header(at: index)
            return RoutingRequest.Header(name: Array(header.name), value: Array(header.value))
        }
        let routed = RoutingRequest(
            method: Array(request.method), target: Array(request.path), host: Array(request.host), scheme: Array(request.scheme),
            clientAddress: Array(request.clientAddress), headers: headers)
        let now = clock()
        let assignment = table.assign(routed, now: now, inbound: gate.admit(routed, now: now).colors)
        return RouteAssignment(
            arm: assignment.armIndex, rule: assignment.ruleIndex, bucket: assignment.bucket, colors: assignment.colorBits,
            errors: assignment.failures)
    }
}

@_cdecl("tidegate_plugin_WeightedCanary")
public func tidegatePluginWeightedCanary() -> UnsafeRawPointer { PluginEntry.export(WeightedCanary.self) }
