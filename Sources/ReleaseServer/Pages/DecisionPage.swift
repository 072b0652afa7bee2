import Foundation
import Hashing
import ReleaseModel
import ReleaseStore
import ReportText
import TreePictures

/// One decision as a page to read or print: what was decided and why, each condition with what it said, the inputs, the tree with the way
/// that was taken, and where the decision stands in the history. It needs nothing from outside and runs no scripts.
struct DecisionPage {
    /// Bytes of evidence that are printed; the rest is a call away.
    static let printedEvidenceBytes = 64 << 10

    let record: DecisionRecord
    let place: DecisionPlace
    let policy: PolicyVersion
    let evidence: PageEvidence

    /// What the page's own answer allows: nothing but this style and images that stand in the page.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src '\(styleDigest)'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let styleDigest = "sha256-" + Data(SHA256Digest(of: ReportStyle.css).bytes).base64EncodedString()

    var html: String {
        let decision = record.decision
        let kind = decision.kind.rawValue
        let title = "Decision \(record.id): \(kind) of \(record.release)"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(text(title))</title>
            <style>\(ReportStyle.css)</style>
            </head>
            <body>
            <header><h1>\(text("Decision \(record.id)"))</h1><p class="state \(decision.kind.isRetreat ? "bad" : "open")">\(text(kind))</p></header>
            <nav>\(links)</nav>
            <p>At \(text(ReadingText.dateAndTime(decision.time))) <strong>\(text(kind))</strong> of \(text(record.release))
            because “\(text(decision.because))”: \(text(decision.reason))</p>
            \(facts)
            <h2>The way through the tree</h2>
            \(path)
            <h2>Signals</h2>
            \(signals)
            <h2>Inputs</h2>
            \(inputs)
            <footer>The history is the authority, and this page a reading of it: <code>tidegate audit prove \(record.id)</code> shows that the entry
            is in the log, <code>tidegate audit replay \(record.id)</code> makes the decision again.</footer>
            </body>
            </html>

            """
    }

    private func text(_ text: String) -> String { HTMLText.escaped(text) }

    // MARK: Links

    private var links: String {
        var links: [String] = []
        if let previous = place.previous { links.append("<a rel=\"prev\" href=\"../\(previous)/page.html\">← decision \(previous)</a>") }
        if let next = place.next { links.append("<a rel=\"next\" href=\"../\(next)/page.html\">decision \(next) →</a>") }
        let release = record.release.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-"])) ?? ""
        links.append("<a href=\"../../releases/\(text(release))/decisions\">all decisions of \(text(record.release)) (JSON)</a>")
        return links.joined(separator: " ")
    }

    // MARK: What was decided

    private var facts: String {
        let facts = DecisionFacts(
            record.decision, recordedAt: record.recordedAt, controller: record.controller, leaseTerm: record.leaseTerm,
            policyDigest: record.policyDigest, evidenceDigest: record.evidenceDigest)
        var rows = facts.rows.map { row in
            row.label == "policy" ? (row.label, "\(policy.name), version \(policy.version), sha256 \(row.text)") : (row.label, row.text)
        }
        rows.append(("entry", entry))
        return "<dl>" + rows.map { "<dt>\(text($0.0))</dt><dd>\(text($0.1))</dd>" }.joined() + "</dl>"
    }

    private var entry: String {
        guard let entry = place.entry else { return "not shown to this reader" }
        return "\(entry) of the history, " + (place.leafIndex.map { "leaf \($0) of the log" } ?? "not in the log yet")
    }

    private var path: String {
        guard !record.decision.path.isEmpty else { return "<p>The tree was not asked for this decision.</p>" }
        return picture + PathTable(record.decision.path).html
    }

    private var picture: String {
        guard let picture = TreePicture(of: record.decision, number: record.id, release: record.release, policy: policy.policy) else {
            return ""
        }
        return "<figure class=\"tree\"><img alt=\"the tree with the way that was taken\" "
            + "src=\"data:image/svg+xml;base64,\(Data(picture.svg.utf8).base64EncodedString())\"></figure>"
    }

    // MARK: What it was decided from

    private var signals: String {
        guard case .document(let document) = evidence else { return "<p>\(evidence.absence)</p>" }
        let signals = DecisionFacts.signals(in: document)
        guard !signals.isEmpty else { return "<p>There are no signals in the evidence of this decision.</p>" }
        let rows = signals.map { signal in
            "<tr><td><code>\(text(signal.name))</code></td><td class=\"\(signal.reading.isKnown ? "" : "unknown")\">"
                + "\(text(ReadingText.text(of: signal.reading)))</td></tr>"
        }
        return "<table><thead><tr><th>signal</th><th>reading</th></tr></thead><tbody>" + rows.joined() + "</tbody></table>"
    }

    private var inputs: String {
        guard case .document(let document) = evidence else { return "<p>\(evidence.absence)</p>" }
        let bytes = Self.indented(document)
        // A character that is cut in half at the limit becomes a replacement mark.
        let shown = String(decoding: bytes.prefix(Self.printedEvidenceBytes), as: UTF8.self)
        let lines = shown.split(separator: "\n", omittingEmptySubsequences: false).map { text(String($0)) }.joined(separator: "\n")
        let rest = bytes.count - Self.printedEvidenceBytes
        return "<pre>\(lines)</pre>"
            + (rest > 0
                ? "<p>\(rest) more bytes are not printed here; <code>tidegate audit show \(record.id) -o json</code> has all of them.</p>"
                : "")
    }

    private static func indented(_ document: JSONValue) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return (try? encoder.encode(document)) ?? Data(document.canonicalBytes)
    }
}

/// What a page can show of a decision's evidence.
enum PageEvidence {
    case document(JSONValue)
    /// No evaluation was involved.
    case none
    /// Only its digest is left.
    case expired
    /// The reader's role does not allow it.
    case withheld

    /// Why there is nothing to show.
    var absence: String {
        switch self {
        case .document: ""
        case .none: "This decision has no evidence: no evaluation was involved."
        case .expired: "The evidence has expired; its digest stays in the decision."
        case .withheld: "The token that asked may not read evidence."
        }
    }
}

extension Decision.Kind {
    /// It takes the canary back, or tells of a fault.
    fileprivate var isRetreat: Bool { [.rollback, .abort, .drift, .error, .stepDown, .freeze].contains(self) }
}
