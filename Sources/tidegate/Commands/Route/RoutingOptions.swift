import ArgumentParser
import Foundation
import PolicyLanguage
import ReleaseModel
import ReleaseServer
import Routing

/// Whose routing is looked at: a policy's at weights that are given, or a running release's at the weights that it has.
struct RoutingOptions: ParsableArguments, Sendable {
    @Argument(help: ArgumentHelp("A policy; - is standard input.", valueName: "policy file"))
    var policy: String?

    @Option(help: ArgumentHelp("A release of a running server instead, or a service for its newest one.", valueName: "release"))
    var release: String?

    @Option(help: ArgumentHelp("The weight of all canary arms together; otherwise that of the policy's first stage.", valueName: "percent"))
    var weight: String?

    @Option(help: ArgumentHelp("The weight of each arm: stable=70%,a=15%,b=15%.", valueName: "weights"))
    var arms: String?

    @Option(help: ArgumentHelp("The release's salt; otherwise the policy's name.", valueName: "text"))
    var salt: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    func validate() throws {
        guard (policy == nil) != (release == nil) else { throw ValidationError("Name either a policy's file or --release.") }
        if weight != nil, arms != nil { throw ValidationError("Weights are given either by --weight or by --arms.") }
    }

    /// A compiled routing, and what it is called.
    struct Subject: Sendable {
        var name: String
        var salt: String
        var routing: RoutingPolicy
        var table: RoutingTable
    }

    func subject() async throws -> Subject {
        if let policy {
            let input = InputFile(policy)
            let parsed = try PolicyParser.policy(try input.text(), file: input.place)
            let weights = try given(parsed.routing) ?? Self.divided(parsed.stages.first?.weight ?? .full, parsed.routing)
            return try subject("the policy \(parsed.name)", parsed.routing, salt ?? parsed.name, weights)
        }
        let reference = release ?? ""
        let (release, routing) = try await connection.withReader { client in
            let release = try await client.release(reference).release
            return (release, try await client.policy(release.policyDigest).policy.routing)
        }
        let weights = try given(routing) ?? release.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }
        return try subject("the release \(release.id)", routing, salt ?? release.salt, weights)
    }

    private func subject(_ name: String, _ routing: RoutingPolicy, _ salt: String, _ weights: [ArmWeight]) throws -> Subject {
        Subject(name: name, salt: salt, routing: routing, table: try RoutingTable(routing: routing, salt: salt, arms: weights))
    }

    /// The weights that the flags give; nil where they give none.
    private func given(_ routing: RoutingPolicy) throws(ReleaseError) -> [ArmWeight]? {
        if let weight { return Self.divided(try Self.weight(weight, place: "--weight"), routing) }
        guard let arms else { return nil }
        var weights: [ArmWeight] = []
        for part in arms.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard sides.count == 2 else {
                throw ReleaseError(
                    .invalidInput, "'\(part)' is no arm with its weight", place: "--arms", advice: "write --arms stable=70%,a=15%,b=15%")
            }
            weights.append(ArmWeight(arm: sides[0], weight: try Self.weight(sides[1], place: "--arms")))
        }
        return weights
    }

    private static func weight(_ text: String, place: String) throws(ReleaseError) -> Weight {
        guard let weight = Weight(percent: text) else {
            throw ReleaseError(.invalidInput, "'\(text)' is no weight", place: place, advice: "write a percentage of 0% to 100%, as 12.5%")
        }
        return weight
    }

    /// The canary arms get their shares of the weight, rounded down to basis points, the last the rest; stable what is left.
    private static func divided(_ weight: Weight, _ routing: RoutingPolicy) -> [ArmWeight] {
        var weights = [ArmWeight(arm: Arm.stable, weight: weight.complement)]
        var rest = weight.basisPoints
        let shares = routing.arms ?? [ArmShare(name: Arm.canary, share: .full)]
        for (index, share) in shares.enumerated() {
            let part = index == shares.count - 1 ? rest : min(rest, weight.basisPoints * share.share.basisPoints / 10_000)
            weights.append(ArmWeight(arm: share.name, weight: Weight(basisPoints: part)))
            rest -= part
        }
        return weights
    }
}
