/// The manifests of one import, and what came of them.
struct ImportSession {
    private(set) var manifests: [(manifest: Manifest, document: FieldLedger.Document)] = []
    var ledger = FieldLedger()
    private var files: [ImportedFile] = []
    private var imported: Set<Int> = []
    private var policies: [ImportedPolicy] = []

    mutating func read(_ file: PolicyImporter.File) {
        var entry = ImportedFile(file: file.name, manifests: [], others: [], counts: FieldCounts(), problem: file.problem)
        defer { files.append(entry) }
        guard file.problem == nil else { return }
        do throws(ManifestReader.Fault) {
            for manifest in try ManifestReader.read(file.text, file: file.name) {
                manifests.append((manifest, FieldLedger.Document(index: manifests.count, file: file.name)))
            }
        } catch {
            entry.problem = "line \(error.line): \(error.reason)"
        }
    }

    /// The manifests of one kind of an API group, which from now on count as imported.
    mutating func take(kinds: [String], group: String) -> [(manifest: Manifest, document: FieldLedger.Document)] {
        let found = manifests.filter { $0.manifest.group == group && kinds.contains($0.manifest.kind) }
        imported.formUnion(found.map(\.document.index))
        return found
    }

    mutating func add(_ draft: PolicyDraft, from manifest: Manifest) {
        var draft = draft
        var name = PolicyDraft.policyName(draft.name)
        var number = 2
        while policies.contains(where: { $0.name == name }) {
            name = String(PolicyDraft.policyName(draft.name).prefix(55)) + "-\(number)"
            number += 1
        }
        draft.name = name
        policies.append(
            ImportedPolicy(name: name, file: manifest.file, source: "\(manifest.kind) \(manifest.name)", yaml: draft.yaml))
    }

    /// Claims what nobody claimed, and adds everything up.
    var report: ImportReport {
        var ledger = ledger
        var files = files
        for (manifest, document) in manifests {
            guard let index = files.firstIndex(where: { $0.file == document.file }) else { continue }
            let title = "\(manifest.kind.isEmpty ? "document" : manifest.kind) \(manifest.name)"
            guard imported.contains(document.index) else {
                files[index].others.append(title)
                continue
            }
            files[index].manifests.append(title)
            ledger.finish(manifest.spec, in: document)
            files[index].counts = files[index].counts + FieldCounts(ledger.counts(of: document))
        }
        let order = Dictionary(files.enumerated().map { ($0.element.file, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let remarks = ledger.remarks.enumerated().sorted {
            (order[$0.element.file] ?? 0, $0.element.line, $0.offset) < (order[$1.element.file] ?? 0, $1.element.line, $1.offset)
        }.map(\.element)
        return ImportReport(policies: policies, files: files, remarks: remarks)
    }
}
