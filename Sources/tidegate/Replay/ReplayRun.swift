import DecisionReplay
import Hashing
import ReleaseModel
import ReleaseServer

/// Replays decisions as they are listed, step by step: decisions that rest on the same evidence were made together.
struct ReplayRun {
    /// Releases whose last step may still go on; a listing mixes releases only as far as they were decided at the same time.
    static let openSteps = 256
    /// Policies that are kept at hand.
    static let keptPolicies = 256

    let source: any ReplaySource
    let plugins: ReplayPlugins
    /// Gives the whole step that decisions belong to, where the listing may have left out others of it.
    var wholeStep: (@Sendable (DecisionView) async throws -> [DecisionView])?
    private(set) var summary = ReplaySummary()
    private var open: [(release: ReleaseID, decisions: [DecisionView])] = []
    private var policies: [String: JSONValue] = [:]

    init(source: any ReplaySource, plugins: ReplayPlugins) {
        self.source = source
        self.plugins = plugins
    }

    /// Takes the next decision of the listing.
    mutating func take(_ view: DecisionView) async throws {
        if let index = open.firstIndex(where: { $0.release == view.release }) {
            if open[index].decisions.last?.evidenceDigest == view.evidenceDigest, view.evidenceDigest != nil {
                open[index].decisions.append(view)
                return
            }
            try await replay(open.remove(at: index).decisions)
        } else if open.count >= Self.openSteps {
            try await replay(open.removeFirst().decisions)
        }
        open.append((view.release, [view]))
    }

    /// Replays what is still open; nothing follows.
    mutating func finish() async throws {
        for step in open { try await replay(step.decisions) }
        open = []
    }

    /// A listing may have left out some decisions of a step; the step is replayed whole all the same, and the others are not counted.
    private mutating func replay(_ decisions: [DecisionView]) async throws {
        var step = decisions
        if let wholeStep, let first = decisions.first, first.evidenceDigest != nil { step = try await wholeStep(first) }
        let wanted = Set(decisions.map(\.id))
        for report in try await reports(of: step) where wanted.contains(report.decision) { summary.add(report) }
    }

    private mutating func reports(of step: [DecisionView]) async throws -> [ReplayReport] {
        guard let first = step.first else { return [] }
        func unreplayed(_ reason: String, _ outcome: ReplayReport.Outcome = .notReplayed) -> [ReplayReport] {
            step.map { ReplayReport(decision: $0.id, release: $0.release, engine: outcome, reason: reason) }
        }
        guard let digest = first.evidenceDigest else { return unreplayed("it was recorded without evidence") }
        guard let evidence = try await source.evidence(of: first) else {
            return unreplayed("its evidence is not there any more; the digest \(digest) stays")
        }
        guard evidence.digest.hex == digest else {
            return unreplayed("the evidence has the SHA-256 \(evidence.digest.hex), and the decision names \(digest)", .differs)
        }
        do {
            let plugins = plugins
            let replay = try StepReplay(policy: try await policy(first.policyDigest)) { await plugins.evaluate($0, $1) }
            return await replay.reports(of: step.map { .init(id: $0.id, decision: $0.decision) }, evidence: evidence)
        } catch let problem as ReplayProblem {
            return unreplayed("\(problem)")
        }
    }

    private mutating func policy(_ digest: String) async throws -> JSONValue {
        if let known = policies[digest] { return known }
        let policy = try await source.policy(digest)
        if policies.count >= Self.keptPolicies { policies = [:] }
        policies[digest] = policy
        return policy
    }
}
