import Hummingbird
import NginxPrinting
import PolicyLanguage
import Predicates
import ReleaseModel
import ReleaseStore

/// `/v1/policies`: policies in, checked against the plugins that are there; what was stored out.
struct PolicyRoutes: Sendable {
    /// Bytes of one policy's text.
    static let maximumBytes = 256 << 10
    /// Findings that one answer lists.
    static let shownFindings = 20

    let store: ReleaseStore
    let catalogue: PluginCatalogue
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.put("policies", use: apply)
        group.get("policies", use: list)
        group.get("policies/:name", use: show)
    }

    @Sendable func apply(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .changePolicies)
        let body = try await request.decoded(ApplyPolicy.self, limits: limits)
        guard body.source.utf8.count <= Self.maximumBytes else {
            throw ReleaseError(.limitExceeded, "a policy has at most \(Self.maximumBytes / 1024) KiB", place: "source")
        }
        let file = try TextLimits.optional(body.place, at: "place") ?? "policy"
        let reason = try TextLimits.optional(body.reason, at: "reason", limit: TextLimits.reasonBytes) ?? ""
        let (policy, findings) = try await read(body.source, file: file)
        try await checkPlugins(of: policy, file: file)
        let version = try await store.applyPolicy(source: body.source, policy: policy, actor: caller.actor(), reason: reason)
        var warnings = findings.prefix(Self.shownFindings).map(\.description)
        if EdgeNeed.plugins.contains(policy.traffic.plugin),
            let refusal = try EdgeNeed.refusal(of: policy.routing, now: try await store.now())
        {
            warnings.append("\(file): nginx needs an edge for this: \(refusal)\n  \(EdgeNeed.advice)")
        }
        return try APIAnswer.json(PolicyView(version, warnings: warnings))
    }

    private func read(_ source: String, file: String) async throws -> (Policy, [Finding]) {
        let descriptors = try await catalogue.signals()
        let schema = descriptors.isEmpty ? nil : SignalSchema(descriptors)
        let (policy, findings) = PolicyParser.parse(source, file: file, signals: schema)
        guard let policy else {
            let errors = findings.filter { $0.severity == .error }.map(\.description)
            let more = errors.count > Self.shownFindings ? ["and \(errors.count - Self.shownFindings) more"] : []
            throw ReleaseError(
                .invalidInput, (errors.prefix(Self.shownFindings) + more).joined(separator: "\n"),
                advice: "nothing was stored; `tidegate policy lint FILE --explain` says why each of these matters")
        }
        return (policy, findings)
    }

    /// Every plugin that the policy names must be there and take its settings, before a release depends on it.
    private func checkPlugins(of policy: Policy, file: String) async throws {
        for plugin in policy.plugins { try await catalogue.check(plugin.use, plugin.kinds, "\(file), \(plugin.part)") }
        try await catalogue.prepare(policy)
    }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        return try APIAnswer.json(Page(items: try await store.policies().map(PolicySummary.init)))
    }

    @Sendable func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        return try APIAnswer.json(PolicyView(try await store.policy(try context.parameters.require("name"))))
    }
}

extension PolicyView {
    init(_ version: PolicyVersion, warnings: [String] = []) {
        self.init(
            name: version.name, version: version.version, digest: version.digest, source: version.source, policy: version.policy,
            appliedBy: version.appliedBy, appliedAt: version.appliedAt, warnings: warnings)
    }
}

extension PolicySummary {
    init(_ version: PolicyVersion) {
        self.init(
            name: version.name, version: version.version, digest: version.digest, appliedBy: version.appliedBy,
            appliedAt: version.appliedAt)
    }
}
