/// Keeps account of every field below `spec` of the manifests that are imported: each has one outcome, and those that nobody claimed
/// are dropped, with their place. So nothing is dropped in silence.
///
/// A field is a scalar, or an empty map or list. What is one opaque document to the release (a webhook's metadata, the pod of a job) is
/// claimed as a whole and counts once.
struct FieldLedger {
    private struct Entry {
        var outcome: FieldOutcome
        /// How many fields it stands for: 0 for what belongs to an opaque document that was counted already.
        var weight: Int
    }

    private struct Key: Hashable {
        var document: Int
        var field: Int
    }

    private var entries: [Key: Entry] = [:]
    private(set) var remarks: [FieldRemark] = []

    /// One manifest that is being imported.
    struct Document: Hashable {
        var index: Int
        var file: String
    }

    mutating func carried(_ node: ManifestNode?, in document: Document, opaque: Bool = false) {
        guard let node else { return }
        _ = claim(node, document, .carried, opaque: opaque)
    }

    mutating func adapted(_ node: ManifestNode?, in document: Document, opaque: Bool = false, _ reason: String) {
        remark(node, document, .adapted, opaque: opaque, reason)
    }

    mutating func elsewhere(_ node: ManifestNode?, in document: Document, _ reason: String) {
        remark(node, document, .elsewhere, opaque: false, reason)
    }

    mutating func dropped(_ node: ManifestNode?, in document: Document, opaque: Bool = false, _ reason: String) {
        remark(node, document, .dropped, opaque: opaque, reason)
    }

    private mutating func remark(_ node: ManifestNode?, _ document: Document, _ outcome: FieldOutcome, opaque: Bool, _ reason: String) {
        guard let node else { return }
        let count = claim(node, document, outcome, opaque: opaque)
        guard count > 0 else { return }
        remarks.append(
            FieldRemark(file: document.file, line: node.line, field: node.path, outcome: outcome, reason: reason, fields: count))
    }

    /// Gives the fields of `node` that have none an outcome. The first claim holds.
    private mutating func claim(_ node: ManifestNode, _ document: Document, _ outcome: FieldOutcome, opaque: Bool) -> Int {
        var count = 0
        for field in node.fields {
            let key = Key(document: document.index, field: field)
            guard entries[key] == nil else { continue }
            let weight = opaque && count > 0 ? 0 : 1
            entries[key] = Entry(outcome: outcome, weight: weight)
            count += weight
        }
        return count
    }

    /// Claims what is left of `node`, field by field.
    mutating func finish(_ node: ManifestNode?, in document: Document) {
        guard let node else { return }
        if node.fields.count == 1 {
            dropped(node, in: document, "the import knows no equal of this field")
        } else {
            for pair in node.pairs { finish(pair.value, in: document) }
            for element in node.elements { finish(element, in: document) }
        }
    }

    /// How many fields of a document came to each outcome.
    func counts(of document: Document) -> [FieldOutcome: Int] {
        var counts: [FieldOutcome: Int] = [:]
        for (key, entry) in entries where key.document == document.index { counts[entry.outcome, default: 0] += entry.weight }
        return counts
    }
}
