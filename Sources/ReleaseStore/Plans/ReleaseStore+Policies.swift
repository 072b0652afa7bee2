import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Records a policy as the newest version of its name. The same content as the newest version is not recorded again.
    ///
    /// - Parameter source: the text as a person wrote it, at most 1 MiB.
    public func applyPolicy(source: String, policy: Policy, actor: Actor, reason: String = "") async throws -> PolicyVersion {
        try Self.requireName(policy.name, "the policy's name")
        let canonical = try JSONValue(encoding: policy).canonicalText
        let applied = try await row(
            .applyPolicy,
            [.text(policy.name), .text(source), .text(canonical), .json(JSONValue(actor).canonicalText), .text(reason.withoutNUL)],
            place: "policy \(policy.name)"
        )
        let stored = try await row(.policyByID, [.int(try reading { try applied["id"].int64() })])
        return try reading { try PolicyVersion(row: stored) }
    }

    /// The newest version of every policy, by name.
    public func policies() async throws -> [PolicyVersion] {
        let rows = try await rows(.policies, [])
        return try reading { try rows.map { try PolicyVersion(row: $0) } }
    }

    /// The newest version of a policy by its name, or a version by its digest.
    ///
    /// - Throws: `notFound`, with the names that there are.
    public func policy(_ nameOrDigest: String) async throws -> PolicyVersion {
        if let row = try await rows(.policy, [.text(nameOrDigest)]).first { return try reading { try PolicyVersion(row: row) } }
        let known = try await policies().map(\.name)
        throw ReleaseError(
            .notFound, "there is no policy '\(nameOrDigest)'",
            advice: known.isEmpty ? "Apply one first: `tidegate policy apply FILE`." : "Policies: \(known.joined(separator: ", ")).")
    }
}
