import Foundation
import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Everything about a release that a step needs, read at one moment.
    ///
    /// - Throws: `notFound`; `versionMismatch` when a newer program has written something that this one cannot read.
    public func load(_ release: ReleaseID) async throws -> ReleaseRecord {
        let place = "release \(release)"
        guard let row = try await rows(.load, [.text(release)], place: place).first else { throw await unknownRelease(release) }
        return try reading(place: place) {
            ReleaseRecord(
                release: try Release(row: row), parent: try row.optionalText("parent"),
                policy: try row.document("policy_canonical").decoded(as: Policy.self),
                target: try Target(
                    name: try row.text("target"), plugin: try row.text("target_plugin"), nodes: row.json([StoredNode].self, "target_nodes"),
                    services: row.json([TargetService].self, "target_services")),
                engineState: try row.optionalDocument("engine_state"), version: try row["version"].int64(),
                generation: try row["generation"].int64(),
                rolling: try (row.json([StoredRolling].self, "rolling") ?? []).map { try $0.rollingState() },
                commands: try (row.json([StoredCommand].self, "waiting_commands") ?? []).map { try $0.queued() },
                lastWindowEnd: try row.optionalTime("last_window_end"),
                pendingEffects: try (row.json([StoredEffect].self, "effects") ?? []).map { try $0.record() },
                blockedBy: try row.optionalText("blocked_by"), now: try row.time("now"))
        }
    }
}

extension Release {
    /// A row of the view release_overview.
    init(row: PostgresRow) throws {
        self.init(
            id: try row.text("ref"), service: try row.text("service"), target: try row.text("target"),
            arms: try row.json([Arm].self, "arms") ?? [], policyName: try row.text("policy"), policyDigest: try row.text("policy_digest"),
            salt: try row.text("salt"), state: try row.named(ReleaseState.self, "state"), startedBy: try row.actor(),
            reason: try row.text("reason"),
            provenance: Provenance(
                ticket: try row.optionalText("ticket"), buildURL: try row.optionalText("build_url"),
                commit: try row.optionalText("commit_id"),
                artifactDigest: try row.optionalText("artifact_digest"), traceID: try row.optionalText("trace_id")),
            createdAt: try row.time("created_at"), irreversible: try row["irreversible"].bool() ? true : nil)
    }
}

extension Target {
    /// From the json columns of the view target_overview.
    init(name: String, plugin: String, nodes: [StoredNode]?, services: [TargetService]?) throws {
        self.init(
            name: name, plugin: plugin,
            nodes: try (nodes ?? []).map { TargetNode(name: $0.name, configuration: try JSONValue(parsing: $0.configuration.utf8)) },
            services: services ?? [])
    }
}
