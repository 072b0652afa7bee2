import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct ReleaseShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one release: stages, weight, signals, tree, decisions.",
        discussion: "  tidegate release show checkout-7\n  tidegate release show checkout -o json")

    @Argument(help: "The release, or a service for its newest one.")
    var release: String

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Shown: Codable, Sendable {
        var detail: ReleaseDetail
        var decisions: [DecisionView]
        var effects: [EffectView]
    }

    func run() async throws {
        let shown = try await connection.withReader { client in
            let detail = try await client.release(release)
            return Shown(
                detail: detail, decisions: try await client.allDecisions(of: detail.release.id),
                effects: try await client.effects(detail.release.id).items)
        }
        let columns = Invocation.current.console.columns
        try output.print(shown) { Self.lines(of: shown, columns: columns, $0) }
    }

    static func lines(of shown: Shown, columns: Int, _ style: Style) -> [String] {
        let release = shown.detail.release
        var lines = LiveView(style: style, columns: columns).lines(for: shown.detail, decisions: [])
        lines.append("")
        lines.append("reason   \(release.reason.printable)")
        let provenance: [(String, String?)] = [
            ("ticket", release.provenance.ticket), ("build", release.provenance.buildURL), ("commit", release.provenance.commit),
            ("artifact", release.provenance.artifactDigest), ("trace", release.provenance.traceID),
        ]
        for (name, value) in provenance {
            if let value { lines.append(name + String(repeating: " ", count: 9 - name.count) + value.printable) }
        }
        if release.irreversible == true { lines.append("declared irreversible: the tree freezes it where it would roll it back") }
        for waiting in shown.detail.waitingCommands {
            lines.append(
                "waiting  \(waiting.command.kind.rawValue) by \(ActorText.text(of: waiting.command.actor)): \(waiting.command.reason.printable)"
            )
        }
        if let blocker = shown.detail.blockedBy { lines.append("waits    for \(blocker.printable) to end") }
        let unfinished = shown.effects.filter { $0.state != "done" && $0.state != "dropped" }
        for effect in unfinished {
            let outcome = effect.outcome?["problem"]?.string ?? effect.outcome?.canonicalText ?? "no outcome yet"
            lines.append(
                "effect   \(effect.kind.printable) \(effect.state.printable) after \(effect.attempts) attempts: \(outcome.printable)")
        }
        lines.append("")
        lines += shown.decisions.map { DecisionLine(record: $0).text(style) }
        return lines
    }
}

extension APIClient {
    /// Releases have few decisions; a history that is longer than this is read with `audit list`.
    static let shownDecisions = 1000

    /// The decisions of a release from the first on.
    func allDecisions(of release: ReleaseID) async throws -> [DecisionView] {
        var found: [DecisionView] = []
        var after: String?
        repeat {
            let page = try await decisions(release, after: after, limit: 200)
            found += page.items
            after = page.next
        } while after != nil && found.count < Self.shownDecisions
        return found
    }
}
