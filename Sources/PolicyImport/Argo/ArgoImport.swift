import ReleaseModel

/// Argo Rollouts: each Rollout becomes a policy, with the checks of the analysis templates that it names. Templates that no Rollout in
/// the files names become a policy of their own, so that their checks are not lost.
enum ArgoImport {
    static let group = "argoproj.io"

    static func run(_ session: inout ImportSession) {
        var templates = AnalysisTemplates(session.take(kinds: ["AnalysisTemplate", "ClusterAnalysisTemplate"], group: group))
        for (manifest, document) in session.take(kinds: ["Rollout"], group: group) {
            var rollout = ArgoRollout(manifest, document, templates: templates, ledger: session.ledger)
            rollout.read()
            session.ledger = rollout.ledger
            templates = rollout.templates
            session.add(rollout.draft, from: manifest)
        }
        for (manifest, document) in session.take(kinds: ["Experiment"], group: group) {
            session.ledger.dropped(manifest.spec, in: document, "an experiment runs pods beside the release; Tidegate runs none")
        }
        for template in templates.unused {
            var draft = PolicyDraft(
                name: template.manifest.name,
                origin: "From the \(template.manifest.kind) \(template.manifest.name) of Argo Rollouts, which no Rollout here names.")
            draft.notes = ["The stages are Tidegate's defaults."]
            var reading = AnalysisReading(ledger: session.ledger)
            reading.read(template, arguments: [:], from: nil, into: &draft)
            session.ledger = reading.ledger
            templates.markUsed(template)
            session.add(draft, from: template.manifest)
        }
    }
}

/// The analysis templates of an import, by kind and name.
struct AnalysisTemplates {
    struct Template {
        var manifest: Manifest
        var document: FieldLedger.Document
        var isCluster: Bool
    }

    private let all: [Template]
    private var used: Set<Int> = []

    init(_ manifests: [(manifest: Manifest, document: FieldLedger.Document)]) {
        all = manifests.map {
            Template(manifest: $0.manifest, document: $0.document, isCluster: $0.manifest.kind == "ClusterAnalysisTemplate")
        }
    }

    /// The template of that name; the one of the same file and namespace comes first.
    func find(_ name: String, isCluster: Bool, beside manifest: Manifest) -> Template? {
        let named = all.filter { $0.manifest.name == name && $0.isCluster == isCluster }
        return named.first { $0.manifest.file == manifest.file && $0.manifest.namespace == manifest.namespace }
            ?? named.first { $0.manifest.namespace == manifest.namespace } ?? named.first
    }

    mutating func markUsed(_ template: Template) { used.insert(template.document.index) }

    var unused: [Template] { all.filter { !used.contains($0.document.index) } }
}
