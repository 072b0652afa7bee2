import ArgumentParser
import Foundation
import NginxPrinting
import PluginHost
import PluginKit
import PolicyLanguage
import Predicates
import ReleaseModel
import ReleaseServer
import ReportText
import RolloutEngine

struct PolicyLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check policies without a server; exits 1 when one has errors.",
        discussion: """
            The signals that a tree may read, and the settings that plugins take, come from the plugins in the plugin folder; each is
            described in a process of its own. Without plugins, names of signals are not checked.

              tidegate policy lint policies/*/policy.yaml

            With them the rollback tree is proven: every input ends in an action, every node decides for some input, no condition
            contradicts itself, and worse readings never lead to a more permissive action; where one does, the readings are shown.

              tidegate policy lint --explain checkout.yaml

            With --beside, the policy is compared with the releases that are active on a running server: rules that match the same
            requests as another release's, and users that both would draw.

              tidegate policy lint checkout.yaml --beside checkout
            """)

    @Argument(help: ArgumentHelp("Policies; - is standard input.", valueName: "file"))
    var files: [String]

    @Flag(help: "Say of each finding why it matters.")
    var explain = false

    @Option(help: ArgumentHelp("Folder with the plugins; by default that of this program.", valueName: "folder"))
    var plugins: String?

    @Option(help: ArgumentHelp("Compare with the active releases, as a release of this service.", valueName: "service"))
    var beside: String?

    @OptionGroup(title: "Server, for --beside")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints for each file.
    struct Report: Codable, Sendable {
        var file: String
        var policy: String?
        var findings: [Finding]
        /// What nginx cannot carry by itself; left out where nothing is, or where the policy is not for nginx.
        var edge: String?
        /// What is proven of the tree; left out where the plugins' signals are not known, or the file has errors.
        var proof: TreeProof?

        var hasErrors: Bool { findings.contains { $0.severity == .error } }
    }

    func run() async throws {
        let others = try await otherReleases()
        let reports = try await LocalPlugins.withAny(plugins) { local in
            let schema = local.flatMap { $0.signals.isEmpty ? nil : $0.schema }
            var reports: [Report] = []
            for file in files { reports.append(try await report(on: InputFile(file), schema, local, others)) }
            return reports
        }
        try output.print(reports) { style in reports.flatMap { lines(of: $0, style) } }
        if reports.contains(where: \.hasErrors) { throw ExitCode(1) }
    }

    private func report(
        on input: InputFile, _ schema: SignalSchema?, _ local: LocalPlugins?, _ others: [RoutingOverlap.Other]
    ) async throws -> Report {
        let source = try input.text()
        var (policy, findings) = PolicyParser.parse(source, file: input.place, signals: schema)
        if let policy {
            if let local { findings += await PluginLint(host: local.host).findings(on: policy, source: source, file: input.place) }
            if let beside {
                findings += RoutingOverlap.findings(mine: policy.routing, service: beside, others: others, file: input.place)
            }
        }
        if findings.contains(where: { $0.severity == .error }) { policy = nil }
        return Report(
            file: input.place, policy: policy?.name, findings: findings, edge: try policy.flatMap(edgeNeed),
            proof: policy.flatMap { policy in schema.flatMap { policy.treeProof(signals: $0) } })
    }

    /// What nginx cannot carry by itself of a policy that is for nginx.
    private func edgeNeed(of policy: Policy) throws -> String? {
        guard EdgeNeed.plugins.contains(policy.traffic.plugin) else { return nil }
        let now = Timestamp(seconds: Date.now.timeIntervalSince1970)
        return try EdgeNeed.refusal(of: policy.routing, now: now)?.description
    }

    /// The releases that are active on the server; none without --beside.
    private func otherReleases() async throws -> [RoutingOverlap.Other] {
        guard beside != nil else { return [] }
        return try await connection.withClient { client in
            var others: [RoutingOverlap.Other] = []
            let active = try await client.releases(activeOnly: true, limit: RoutingOverlap.maximumOthers).items.map(\.release)
            for release in active {
                let policy = try await client.policy(release.policyDigest).policy
                others.append(.init(release: release.id, service: release.service, routing: policy.routing))
            }
            return others
        }
    }

    private func lines(of report: Report, _ style: Style) -> [String] {
        let edge = report.edge.map { need in
            ["\(report.file): nginx needs an edge for this: \(need.printable)", "  " + style(EdgeNeed.advice, .dim)]
        }
        guard !report.findings.isEmpty else {
            let proof = report.proof?.summary.map { ["  " + style($0, .dim)] }
            return ["\(report.file): \(style("ok", .green)) (policy \(report.policy?.printable ?? "?"))"] + (proof ?? []) + (edge ?? [])
        }
        return (edge ?? [])
            + report.findings.flatMap { finding in
                let text = finding.description.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
                return explain && !finding.explanation.isEmpty ? text + ["  " + style(finding.explanation.printable, .dim)] : text
            }
    }
}
