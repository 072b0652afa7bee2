internal import PluginKit
internal import ReleaseModel

/// What `GET /status?service=` answers: the plan in force, by which a data plane plugin reads back what it wrote.
struct ServiceStatus: Sendable, Hashable, Codable {
    struct StatusArm: Sendable, Hashable, Codable {
        var name: String
        var revision: String
        var weight: Weight
    }

    var service: String
    var release: ReleaseID
    var generation: Int64
    var leaseTerm: Int64
    /// SHA-256 of the plan's file.
    var digest: String
    var salt: String
    var arms: [StatusArm]
    var loadedAt: Timestamp
    /// Why a newer file of the service is not in force.
    var problem: String?

    init(_ loaded: LoadedPlan, problem: String?) {
        let plan = loaded.plan
        service = plan.service
        release = plan.release
        generation = plan.generation
        leaseTerm = plan.leaseTerm
        digest = loaded.digest
        salt = plan.salt
        arms = plan.arms.map { StatusArm(name: $0.name, revision: $0.revision, weight: $0.weight) }
        loadedAt = loaded.loadedAt
        self.problem = problem
    }
}

/// What `GET /status` answers: every plan in force, and the files that are not.
struct EdgeStatus: Sendable, Hashable, Codable {
    struct Problem: Sendable, Hashable, Codable {
        var service: String
        var reason: String
    }

    var services: [ServiceStatus]
    var problems: [Problem]

    init(_ board: PlanBoard) {
        let plans = board.plans
        let reasons = board.problems
        services = plans.keys.sorted().compactMap { name in plans[name].map { ServiceStatus($0, problem: reasons[name]) } }
        problems = reasons.keys.sorted().compactMap { name in reasons[name].map { Problem(service: name, reason: $0) } }
    }
}
