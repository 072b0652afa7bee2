import Foundation
import ReleaseModel
import ReleaseServer
import ReportText
import TreePictures

/// The report of a bundle: one HTML page without anything from outside, made to be read and to be printed.
struct BundleReport {
    /// Decisions that are told one by one; the rest stands in the entries.
    static let toldDecisions = 500
    /// Decisions whose tree is drawn; those that change something come first to be drawn.
    static let drawnDecisions = 100

    let detail: ReleaseDetail
    let decisions: [DecisionView]
    let access: [PopulationSummary.Access]
    let holds: [HoldView]
    let missingEvidence: [String]
    /// By their digests.
    let policies: [String: Policy]
    /// nil where the history had no signed head.
    let log: EvidenceBundle.Log?
    /// The leaf of each entry, by its place; nil while it has none.
    let leaves: [Int64: UInt64?]
    let madeAt: Timestamp

    var html: String {
        let title = "Release \(detail.release.id): evidence"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <title>\(text(title))</title>
            <style>\(ReportStyle.css)</style>
            </head>
            <body>
            <header><h1>\(text(detail.release.id))</h1><p class="state \(endClass)">\(text(detail.release.state.rawValue))</p></header>
            \(facts)
            <h2>Weight of the canary</h2>
            \(decisions.isEmpty ? "<p>Nothing was decided yet.</p>" : "<figure>\(WeightChart(decisions: decisions).svg)</figure>")
            <h2>Decisions</h2>
            \(decisionList)
            <h2>Who could approve</h2>
            \(accessTable)
            <h2>Evidence</h2>
            \(evidence)
            <h2>The history that it stands in</h2>
            \(proofs)
            <footer>Made at \(text(ReadingText.dateAndTime(madeAt))). The files beside this page are what it rests on; README.md says how to
            check them.</footer>
            </body>
            </html>

            """
    }

    private var endClass: String {
        switch detail.release.state {
        case .promoted: "good"
        case .rolledBack, .rollingBack, .aborted, .aborting: "bad"
        default: "open"
        }
    }

    private func text(_ text: String) -> String { HTMLText.escaped(text) }

    // MARK: Facts

    private var facts: String {
        let release = detail.release
        var rows = [
            ("service", "\(release.service) on \(release.target)"),
            ("revision", "\(release.arm(named: Arm.stable)?.revision ?? "?") → \(release.canaryText)"),
            ("started", "\(ReadingText.dateAndTime(release.createdAt)) by \(ActorText.text(of: release.startedBy))"),
            ("reason", release.reason), ("policy", "\(release.policyName), sha256 \(release.policyDigest)"),
        ]
        let provenance = release.provenance
        for (name, value) in [
            ("ticket", provenance.ticket), ("build", provenance.buildURL), ("commit", provenance.commit),
            ("artifact", provenance.artifactDigest), ("trace", provenance.traceID),
        ] {
            if let value { rows.append((name, value)) }
        }
        for hold in holds {
            rows.append(
                ("legal hold", "since \(ReadingText.dateAndTime(hold.placedAt)) by \(ActorText.text(of: hold.placedBy)): \(hold.reason)"))
        }
        return "<dl>" + rows.map { "<dt>\(text($0.0))</dt><dd>\(text($0.1))</dd>" }.joined() + "</dl>"
    }

    // MARK: Decisions

    private var decisionList: String {
        guard !decisions.isEmpty else { return "" }
        let drawn = drawnDecisions
        let told = decisions.prefix(Self.toldDecisions).map { section($0, isDrawn: drawn.contains($0.id)) }.joined(separator: "\n")
        let rest = decisions.count - Self.toldDecisions
        return told + (rest > 0 ? "<p>\(rest) more stand in entries.ndjson.</p>" : "")
    }

    /// As many as are drawn: first those that moved the release or its weights, then the others.
    private var drawnDecisions: Set<Int64> {
        let told = decisions.prefix(Self.toldDecisions)
        let moving = told.filter { $0.decision.from != $0.decision.to || $0.decision.fromWeights != $0.decision.toWeights }
        let ordered = moving.map(\.id) + told.map(\.id).filter { id in !moving.contains { $0.id == id } }
        return Set(ordered.prefix(Self.drawnDecisions))
    }

    /// The tree with the way that was taken, as an image that carries its own style; nothing for a decision that no tree made.
    private func picture(_ view: DecisionView) -> String {
        guard let policy = policies[view.policyDigest],
            let picture = TreePicture(of: view.decision, number: view.id, release: view.release, policy: policy)
        else { return "" }
        let data = Data(picture.svg.utf8).base64EncodedString()
        return "<figure class=\"tree\"><img alt=\"the tree of decision \(view.id) with the way that was taken\" "
            + "src=\"data:image/svg+xml;base64,\(data)\"></figure>"
    }

    private func section(_ view: DecisionView, isDrawn: Bool) -> String {
        let decision = view.decision
        let kind = decision.kind.rawValue
        let isBack = [.rollback, .abort, .drift, .error].contains(decision.kind)
        var facts = ["<span class=\"number\">\(view.id)</span> <strong class=\"\(isBack ? "bad" : "")\">\(text(kind))</strong>"]
        facts.append(text(ReadingText.dateAndTime(decision.time)))
        if decision.fromWeights.canary != decision.toWeights.canary {
            facts.append("\(text(decision.fromWeights.canary.description)) → \(text(decision.toWeights.canary.description))")
        }
        if decision.from != decision.to { facts.append("\(text(decision.from.rawValue)) → \(text(decision.to.rawValue))") }
        if let verdict = decision.verdict { facts.append("verdict \(text(verdict.rawValue))") }
        return """
            <section><h3>\(facts.joined(separator: " · "))</h3>
            <p>because “\(text(decision.because))”: \(text(decision.reason)) <span class="by">by \(text(ActorText.text(of: decision.actor)))</span></p>
            \(isDrawn ? picture(view) : "")
            \(PathTable(decision.path).html)
            <p class="digest">evidence \(text(view.evidenceDigest ?? "none")), written by \(text(view.controller)), lease term \(view.leaseTerm)</p>
            </section>
            """
    }

    // MARK: Access and evidence

    private var accessTable: String {
        let able = access.filter { $0.may.contains("approve") }
        guard !able.isEmpty else { return "<p>No token that was in force while the release ran may approve.</p>" }
        let rows = able.map { grant in
            "<tr><td>\(text(grant.name))</td><td>\(text(grant.role))</td><td>\(text(ReadingText.dateAndTime(grant.createdAt)))</td>"
                + "<td>\(text(grant.revokedAt.map(ReadingText.dateAndTime) ?? "in force"))</td><td>\(text(grant.createdBy))</td>"
                + "<td>\(grant.approvals)</td></tr>"
        }
        return
            "<table><thead><tr><th>token</th><th>role</th><th>from</th><th>until</th><th>given by</th><th>approved meanwhile</th></tr></thead><tbody>"
            + rows.joined() + "</tbody></table>"
    }

    private var proofs: String {
        guard let log else { return "<p>The history had no signed head when the bundle was made, so its entries are not proven.</p>" }
        let keys = log.keys.map { "<code>\(text($0))</code>" }.joined(separator: ", ")
        let numbers = leaves.values.compactMap { $0 }
        var sentence =
            "<p>\(log.provenEntries) entries tell of this release\(numbers.isEmpty ? "" : ", the first is leaf \(numbers.min() ?? 0), the last leaf \(numbers.max() ?? 0)"). "
            + "Each has a proof in the folder <code>proofs</code> that leads to the root of the signed head in the file <code>checkpoint</code>.</p>"
        if !log.notCovered.isEmpty {
            sentence += "<p>\(log.notCovered.count) entries were written while the bundle was made, and that head does not cover them.</p>"
        }
        return sentence + "<dl><dt>log</dt><dd>\(text(log.origin))</dd><dt>entries</dt><dd>\(log.size)</dd><dt>root</dt>"
            + "<dd><code>\(log.root)</code></dd><dt>signed by</dt><dd>\(keys)</dd></dl>"
    }

    private var evidence: String {
        let digests = Set(decisions.compactMap(\.evidenceDigest))
        var sentence =
            "<p>\(digests.count - missingEvidence.count) documents are in the folder <code>evidence</code>, each named by its SHA-256."
        if !missingEvidence.isEmpty {
            sentence += " \(missingEvidence.count) had expired when the bundle was made; their digests stay in the entries."
        }
        return sentence + "</p>"
    }
}
