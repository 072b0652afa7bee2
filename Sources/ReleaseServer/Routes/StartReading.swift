import ReleaseModel
import ReleaseStore

/// What a request to start a release comes to: its arms, policy and target, from what it says itself or from the release that it tries again.
struct StartReading: Sendable {
    static let maximumArms = 15

    let store: ReleaseStore

    struct Plan {
        var arms: [ArmRevision]
        var policy: String
        var target: String
        var parent: ReleaseID?
        var irreversible = false
    }

    func plan(of body: StartRelease) async throws -> Plan {
        if let reference = body.retryOf { return try await retry(of: reference, body) }
        guard let policy = body.policy else {
            throw ReleaseError(.invalidInput, "no policy is named", place: "policy", advice: "name the policy to follow (--policy)")
        }
        return Plan(
            arms: try arms(of: body), policy: policy, target: try await target(of: body), parent: nil,
            irreversible: body.irreversible ?? false)
    }

    private func retry(of reference: ReleaseID, _ body: StartRelease) async throws -> Plan {
        guard body.to == nil, body.arms == nil else {
            throw ReleaseError(
                .invalidInput, "a retry releases the revisions of the release that it repeats", place: body.to == nil ? "arms" : "to",
                advice: "leave the revision out, or start a new release")
        }
        let earlier = try await store.release(reference).release
        guard earlier.service == body.service else {
            throw ReleaseError(
                .invalidInput, "release '\(earlier.id)' is of service '\(earlier.service)', not '\(body.service)'", place: "retryOf")
        }
        guard earlier.state.isFinal else {
            throw ReleaseError(
                .conflict, "release '\(earlier.id)' is \(earlier.state.rawValue): only one that has ended can be tried again",
                place: "retryOf",
                advice: "abort it first")
        }
        if let target = body.target, target != earlier.target {
            throw ReleaseError(
                .invalidInput, "release '\(earlier.id)' was on target '\(earlier.target)'", place: "target", advice: "leave the target out")
        }
        return Plan(
            arms: earlier.canaryArms.map { ArmRevision(name: $0.name, revision: $0.revision) }, policy: body.policy ?? earlier.policyName,
            target: earlier.target, parent: earlier.id, irreversible: body.irreversible ?? earlier.irreversible ?? false)
    }

    private func arms(of body: StartRelease) throws -> [ArmRevision] {
        switch (body.to, body.arms) {
        case (let to?, nil):
            try TextLimits.name(to, at: "to")
            return [ArmRevision(name: Arm.canary, revision: to)]
        case (nil, let arms?):
            guard (1...Self.maximumArms).contains(arms.count) else {
                throw ReleaseError(.limitExceeded, "a release has 1 to \(Self.maximumArms) arms beside stable", place: "arms")
            }
            for (index, arm) in arms.enumerated() {
                try TextLimits.name(arm.name, at: "arms[\(index)].name")
                try TextLimits.name(arm.revision, at: "arms[\(index)].revision")
                guard arm.name != Arm.stable, !arms[..<index].contains(where: { $0.name == arm.name }) else {
                    throw ReleaseError(
                        .invalidInput,
                        arm.name == Arm.stable
                            ? "the stable arm keeps the stable revision; give revisions to the others"
                            : "the arm '\(arm.name)' is listed twice",
                        place: "arms[\(index)].name")
                }
            }
            return arms
        case (nil, nil):
            throw ReleaseError(.invalidInput, "no revision is named", place: "to", advice: "name the revision to release (--to)")
        case (_?, _?):
            throw ReleaseError(
                .invalidInput, "'to' and 'arms' cannot stand together", place: "arms",
                advice: "'to' is one canary; 'arms' are those that the policy names")
        }
    }

    /// The target that was named, or the only one that carries the service.
    private func target(of body: StartRelease) async throws -> String {
        if let name = body.target { return name }
        let names = try await store.targets().filter { $0.services.contains { $0.name == body.service } }.map(\.name)
        guard names.count <= 1 else {
            throw ReleaseError(
                .invalidInput, "service '\(body.service)' is on several targets: \(names.joined(separator: ", "))", place: "target",
                advice: "name one of them (--target)")
        }
        guard let name = names.first else {
            throw ReleaseError(
                .notFound, "no target carries the service '\(body.service)'", place: "target",
                advice: "describe where it runs with `tidegate target apply FILE`")
        }
        return name
    }
}
