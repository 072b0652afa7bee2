import Foundation
import NginxPrinting
import ReleaseModel
import ReleaseStore

/// Refuses a release whose routing nginx cannot carry by itself while a node of its target has no edge: now, and not at its first weight.
struct EdgeCheck: Sendable {
    let store: ReleaseStore

    func check(policy name: String, target: String) async throws {
        let version = try await store.policy(name)
        let found = try await store.target(target)
        guard EdgeNeed.plugins.contains(found.plugin) else { return }
        let bare = found.nodes.filter { $0.configuration["edge"]?.string == nil }
        guard let node = bare.first, let refusal = try EdgeNeed.refusal(of: version.policy.routing, now: try await store.now()) else {
            return
        }
        throw ReleaseError(
            .conflict, "node '\(node.name)' has no edge, and policy '\(version.name)' needs one: \(refusal)",
            place: "target \(target)",
            advice: EdgeNeed.advice)
    }
}
