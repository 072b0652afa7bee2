import Hashing
import ReleaseModel
import ReleaseStore

/// One entry as a row of RFC 4180. A field that a spreadsheet would take for a formula has an apostrophe before it.
struct CSVRow {
    static let columns = [
        "position", "leaf_index", "recorded_at", "kind", "release", "service", "decision", "action", "outcome", "actor", "means",
        "on_behalf_of", "reason", "ticket", "policy_digest", "evidence_digest", "controller", "sentence", "sha256",
    ]
    static let head = columns.joined(separator: ",") + "\r\n"

    let fields: [String]

    init(_ entry: AuditEntry) throws {
        let document = try JSONValue(parsing: entry.bytes)
        let figures = EntryFigures(kind: entry.kind, entry: document)
        fields = [
            "\(entry.position)", entry.leafIndex.map { "\($0)" } ?? "", entry.recordedAt.description, entry.kind, entry.release ?? "",
            entry.service ?? "", entry.decision.map { "\($0)" } ?? "", figures.action, figures.outcome ?? "", figures.actor.name,
            figures.actor.means.rawValue, figures.actor.onBehalfOf ?? "", figures.reason, document["ticket"]?.string ?? "",
            document["policyDigest"]?.string ?? "", document["evidenceDigest"]?.string ?? "", document["controller"]?.string ?? "",
            figures.sentence, SHA256Digest(of: entry.bytes).hex,
        ]
    }

    var text: String { fields.map(Self.field).joined(separator: ",") + "\r\n" }

    static func field(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let shown = isFormula ? "'" + text : text
        guard shown.utf8.contains(where: { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }) else { return shown }
        return "\"" + shown.replacing("\"", with: "\"\"") + "\""
    }
}
